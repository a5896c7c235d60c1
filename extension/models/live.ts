import { signal } from '@preact/signals';
import type { Change } from '../../shared/changes.ts';
import type { Crm } from '../services/crm.ts';
import { asFailure, type Failure } from '../services/failure.ts';

/** A new lead has to show within 3 seconds of its commit. */
const POLL_MS = 1_500;
/** A hidden page asks as rarely as the worker does. */
const HIDDEN_POLL_MS = 30_000;

export type Backend =
  | { state: 'connecting' }
  | { state: 'connected'; latencyMs: number }
  /** `since` in milliseconds since 1970. */
  | { state: 'offline'; since: number; failure: Failure };

/** One that fails gets the same changes again, with the next look. */
type Listener = (changes: readonly Change[]) => unknown;
/** Reads again what failed to load while the backend was away, or all of it when the feed has begun anew. */
type Reset = (isAnew: boolean) => void;

/**
 * Follows the change feed while a view is open, so that whatever is on the screen is read again as soon as it changed, whoever
 * changed it. Each answer also says that the backend is there, and how far.
 */
export function createLive(crm: Crm, { onSignedOut }: { onSignedOut: (failure: Failure) => void }) {
  const backend = signal<Backend>({ state: 'connecting' });
  const listeners = new Set<Listener>();
  const resets = new Set<Reset>();
  let cursor: string | null = null;
  let wake: () => void = () => undefined;

  /** Notes the outcome of any request, so that the header never says otherwise than the screen. */
  function report(outcome: { latencyMs: number } | Failure): void {
    if ('latencyMs' in outcome) {
      backend.value = { state: 'connected', latencyMs: outcome.latencyMs };
    } else if (outcome.endsSession) {
      onSignedOut(outcome);
    } else if (outcome.isAway) {
      const since = backend.value.state === 'offline' ? backend.value.since : Date.now();
      backend.value = { state: 'offline', since, failure: outcome };
    }
  }

  /** Runs a request and reports how it went. @throws what it threw */
  async function watch<T>(request: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      const result = await request();
      report({ latencyMs: Math.round(performance.now() - start) });
      return result;
    } catch (error) {
      if (!(error instanceof DOMException)) report(asFailure(error));
      throw error;
    }
  }

  function restart(): void {
    cursor = null;
    for (const reset of resets) reset(true);
  }

  /** @returns null when the database was restored or replaced: its feed has another past */
  async function changesAfter(after: string, signal: AbortSignal) {
    try {
      return await watch(() => crm.listChanges(after, signal));
    } catch (error) {
      if (asFailure(error).code !== 'invalid_request') throw error;
      return null;
    }
  }

  /** One look at the feed. @throws what it could not be read for, or what a listener failed with */
  async function poll(signal: AbortSignal): Promise<void> {
    const wasOffline = backend.value.state === 'offline';
    // Nothing was read yet: whoever reads first brings the cursor.
    if (cursor === null && wasOffline) restart();
    for (let more = cursor !== null; more && cursor !== null; ) {
      const page = await changesAfter(cursor, signal);
      if (page === null) return restart();
      const { changes } = page;
      if (changes.length > 0) await Promise.all([...listeners].map((listener) => listener(changes)));
      cursor = page.nextCursor;
      more = page.more;
    }
    // What failed to load meanwhile is not in the feed.
    if (wasOffline && cursor !== null) for (const reset of resets) reset(false);
  }

  async function pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, document.hidden ? HIDDEN_POLL_MS : POLL_MS);
    await promise;
    clearTimeout(timer);
  }

  return {
    backend,
    watch,
    /** Starts from the moment of a reply; what is already being followed wins, since it is older. */
    follow(from: string): void {
      cursor ??= from;
    },
    subscribe(listener: Listener, reset: Reset, signal: AbortSignal): void {
      if (signal.aborted) return;
      listeners.add(listener);
      resets.add(reset);
      signal.addEventListener('abort', () => {
        listeners.delete(listener);
        resets.delete(reset);
      });
    },
    poll,
    retry(): void {
      wake();
    },
    async start(signal: AbortSignal): Promise<void> {
      document.addEventListener('visibilitychange', () => wake(), { signal });
      addEventListener('online', () => wake(), { signal });
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        await pause();
        // The next look tries again, and the header says how it stands.
        if (!signal.aborted) await poll(signal).catch(() => undefined);
      }
    },
  };
}
export type Live = ReturnType<typeof createLive>;
