import { signal } from '@preact/signals';
import type { Change } from '../../../shared/contract/changes.ts';
import { isEqual } from '../../../shared/contract/equal.ts';
import type { Api } from '../api/api.ts';
import type { Crm } from '../api/crm.ts';
import { asFailure, type Failure } from '../api/failure.ts';

/** A new lead has to show within 3 seconds of its commit. */
const POLL_MS = 1_500;
/** A hidden page asks as rarely as the worker does. */
const HIDDEN_POLL_MS = 30_000;

export type Backend =
  | { state: 'connecting' }
  | { state: 'connected'; latencyMs: number }
  /** `since` in milliseconds since 1970. */
  | { state: 'offline'; since: number; failure: Failure };

/** One that fails gets the same changes again, with the next look, and keeps no other from hearing them. */
type Listener = (changes: readonly Change[]) => unknown;
/** One that hears of a record which another part of the view has just read. */
type Reader = (kind: RecordKind, row: ReadRecord) => void;
/** Reads again what failed to load while the backend was away, or all of it when the feed has begun anew. */
type Reset = (isAnew: boolean) => void;

export type RecordKind = 'lead' | 'user' | 'order';

/** As much of a record as telling it from others needs; every other field passes through. */
export interface ReadRecord {
  id: string;
  [field: string]: unknown;
}

/** Whether a record, as it was read, already says what a change has made of it: then there is nothing to read again. */
export const isKnownTo = (row: object | null | undefined, { operation, fields }: Change): boolean =>
  !!row &&
  operation === 'update' &&
  Object.entries(fields).every(([name, { to }]) => isEqual((row as Record<string, unknown>)[name] ?? null, to ?? null));

/** Compares cursors, `<transaction id>.<sequence>`. */
export function isOlder(left: string, right: string): boolean {
  const [leftId = '', leftSeq = ''] = left.split('.');
  const [rightId = '', rightSeq = ''] = right.split('.');
  if (leftId !== rightId) return BigInt(leftId) < BigInt(rightId);
  return BigInt(leftSeq) < BigInt(rightSeq);
}

/**
 * Follows the change feed while a view is open, so that whatever is on the screen is read again as soon as it changed, whoever
 * changed it. Each answer also says that the backend is there, and how far.
 */
export function createLive(crm: Crm, { onSignedOut }: { onSignedOut: (failure: Failure) => void }) {
  const backend = signal<Backend>({ state: 'connecting' });
  const listeners = new Set<Listener>();
  const resets = new Set<Reset>();
  const readers = new Set<Reader>();
  /** What a listener has failed at, and after which cursor that begins. */
  const owed = new Map<Listener, { after: string; changes: readonly Change[] }>();
  let cursor: string | null = null;
  const following = Promise.withResolvers<void>();
  /** Of the last request, until one succeeds. */
  let trouble: Failure | null = null;
  let wake: () => void = () => undefined;

  /**
   * Notes the outcome of any request, so that the header never says otherwise than the screen. An odd answer to one question
   * says nothing about the backend, unless the question was the feed's.
   */
  function report(outcome: { latencyMs: number } | Failure, isFeed: boolean): void {
    if ('latencyMs' in outcome) {
      trouble = null;
      backend.value = { state: 'connected', latencyMs: outcome.latencyMs };
      return;
    }
    trouble = outcome;
    if (outcome.endsSession) {
      onSignedOut(outcome);
    } else if (outcome.isAway || isFeed || (outcome.kind === 'foreign' && backend.value.state === 'connecting')) {
      const since = backend.value.state === 'offline' ? backend.value.since : Date.now();
      backend.value = { state: 'offline', since, failure: outcome };
    }
  }

  /** Runs a request and reports how it went. @throws what it threw */
  async function watch<T>(request: () => Promise<T>, isFeed = false): Promise<T> {
    const start = performance.now();
    try {
      const result = await request();
      report({ latencyMs: Math.round(performance.now() - start) }, isFeed);
      return result;
    } catch (error) {
      const isFeedsPast = isFeed && asFailure(error).code === 'invalid_request';
      if (!(error instanceof DOMException) && !isFeedsPast) report(asFailure(error), isFeed);
      throw error;
    }
  }

  function restart(): void {
    cursor = null;
    owed.clear();
    for (const reset of resets) reset(true);
  }

  /** @returns null when the database was restored or replaced: its feed has another past */
  async function changesAfter(after: string, signal: AbortSignal) {
    try {
      return await watch(() => crm.listChanges(after, signal), true);
    } catch (error) {
      if (asFailure(error).code !== 'invalid_request') throw error;
      return null;
    }
  }

  /** @param news what was written after `after` */
  async function tell(listener: Listener, news: readonly Change[], after: string): Promise<void> {
    const missed = owed.get(listener);
    const changes = [...(missed?.changes ?? []), ...news];
    if (changes.length === 0) return;
    try {
      await listener(changes);
      owed.delete(listener);
    } catch (error) {
      if (listeners.has(listener)) owed.set(listener, { after: missed?.after ?? after, changes });
      throw error;
    }
  }

  /** One look at the feed. @throws what it could not be read for, or what a listener failed with */
  async function poll(signal: AbortSignal): Promise<void> {
    const wasOffline = backend.value.state === 'offline';
    // Nothing was read yet: whoever reads first brings the cursor.
    if (cursor === null && trouble) restart();
    let failed: PromiseRejectedResult | undefined;
    for (let more = cursor !== null; more && cursor !== null; ) {
      const after: string = cursor;
      const page = await changesAfter(after, signal);
      if (page === null) return restart();
      const told = await Promise.allSettled([...listeners].map((listener) => tell(listener, page.changes, after)));
      failed ??= told.find((outcome) => outcome.status === 'rejected');
      // Unless an older reply has set it back meanwhile.
      if (cursor === after) cursor = page.nextCursor;
      // One that says there is more and stands still would be asked for ever.
      more = page.more && page.nextCursor !== after;
    }
    // What failed to load meanwhile is not in the feed.
    if (wasOffline && cursor !== null) for (const reset of resets) reset(false);
    if (failed) throw failed.reason;
  }

  async function pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const wanted = (trouble?.retryAfter ?? 0) * 1_000;
    const timer = setTimeout(resolve, Math.max(wanted, document.hidden ? HIDDEN_POLL_MS : POLL_MS));
    await promise;
    clearTimeout(timer);
  }

  return {
    backend,
    watch,
    /** The same API, each of whose requests tells how it went. */
    watched:
      (api: Api): Api =>
      (method, path, schema, options) =>
        watch(() => api(method, path, schema, options)),
    /** Resolves once the feed is being followed: what was read before may have changed without being told. */
    following: following.promise,
    isFollowing: () => cursor !== null,
    /** Up to where the listeners have heard of every change; null before the feed is followed. */
    heardUpTo: () =>
      cursor && [...owed.values()].reduce((oldest, { after }) => (isOlder(after, oldest) ? after : oldest), cursor),
    /** Follows from the moment of a reply, or from the oldest of several: being told twice does no harm. */
    follow(from: string): void {
      if (cursor === null || isOlder(from, cursor)) cursor = from;
      following.resolve();
    },
    subscribe(listener: Listener, reset: Reset, signal: AbortSignal): void {
      if (signal.aborted) return;
      listeners.add(listener);
      resets.add(reset);
      signal.addEventListener('abort', () => {
        listeners.delete(listener);
        owed.delete(listener);
        resets.delete(reset);
      });
    },
    /** Tells every other part of the view what one has just read, so that none of them asks for it again. */
    share(kind: RecordKind, row: ReadRecord): void {
      for (const reader of readers) reader(kind, row);
    },
    onShared(reader: Reader, signal: AbortSignal): void {
      if (signal.aborted) return;
      readers.add(reader);
      signal.addEventListener('abort', () => readers.delete(reader));
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
