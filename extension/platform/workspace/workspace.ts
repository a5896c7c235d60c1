import { computed, signal } from '@preact/signals';
import type { Session } from '../../../shared/contract/health.ts';
import { createApi } from '../api/api.ts';
import { createCrm } from '../api/crm.ts';
import type { Failure } from '../api/failure.ts';
import { type DriftFound, driftFound, type Opening } from '../browser/storage.ts';
import { currentToken } from '../connection/credentials.ts';
import { createLive } from './live.ts';
import { createNavigation } from './navigation.ts';
import type { Toasts } from './toasts.ts';

/** The feed is quick or in trouble. With its pause this is less than the five seconds in which a dead backend is to be told. */
const FEED_TIMEOUT_MS = 3_000;

/** What the last check of this view found; null of each means that it was not checked. Never kept: green is only what is fresh. */
export interface LastCheck {
  state: 'synced' | 'drift' | 'pending' | 'failed';
  /** Rows compared with what is stored, and when, in milliseconds since 1970. */
  rows: number;
  /** Rows stored, as Postgres counted them; null when it could not be asked. */
  stored: number | null;
  at: number;
  /** What drifted or failed, in a sentence. */
  summary: string;
  /** Whether Postgres counted no record at all. */
  isEmpty: boolean;
  /** Whether the feed has told of changes since, which this check knows nothing of. */
  changedAfter: boolean;
}

interface Options extends NonNullable<Opening['chosen']> {
  toasts: Toasts;
  onSignedOut: (failure: Failure) => void;
}

/**
 * One open connection, and what every screen on it needs. It ends with the signal, and another connection gets another one.
 * @param left where an earlier view left the user
 */
export function createWorkspace({ connection, credential, left, toasts, onSignedOut }: Options) {
  let justRead = credential;
  /** The first request need not wait for the storage once more. */
  function token(): Promise<string> {
    const known = justRead;
    justRead = null;
    return currentToken(connection, known);
  }
  const api = createApi({ url: connection.url, token });
  const crm = createCrm(api);
  const feed = createCrm(createApi({ url: connection.url, token, timeoutMs: FEED_TIMEOUT_MS }));
  const live = createLive(feed, { onSignedOut });
  const session = signal<Session | null>(null);
  const closing = new AbortController();
  /** Of every amount, as the API tells; null until it has. */
  const currency = signal<string | null>(null);
  const lastCheck = signal<LastCheck | null>(null);
  /** What the last check of this browser session found wrong, whoever made it. */
  const knownDrift = signal<DriftFound | null>(null);
  /** What the worker or another view has found wrong since the last check of this one, or before it made any. */
  const newerDrift = computed(() => {
    const [known, last] = [knownDrift.value, lastCheck.value];
    return known && (last === null || known.at > last.at) ? known : null;
  });
  /** Why the last check says nothing of now any more: records were written, or nobody tells whether they were. */
  const outdated = computed<'written' | 'away' | null>(() => {
    if (lastCheck.value === null) return null;
    if (lastCheck.value.changedAfter) return 'written';
    return live.backend.value.state === 'offline' ? 'away' : null;
  });
  async function readSession(signal: AbortSignal): Promise<void> {
    try {
      session.value = await live.watch(() => crm.session(signal));
    } catch {
      // The header says what is wrong; the next reset asks again.
    }
  }

  /** Amounts are shown without a currency until it is known. */
  async function readMoney(signal: AbortSignal): Promise<void> {
    try {
      const { readCurrency } = await import('../api/currency.ts');
      currency.value = await live.watch(() => readCurrency(api, signal));
    } catch {
      // As above.
    }
  }

  const navigation = createNavigation(connection.id, left);

  /** Who is signed in and in which currency amounts are: neither is needed for the first screen. */
  function readAccess(signal: AbortSignal): void {
    if (session.value === null) void readSession(signal);
    void readMoney(signal);
  }

  /** Follows what any view, or the worker, has found wrong. */
  function followDrift(signal: AbortSignal): void {
    const kept = driftFound(connection.id);
    const take = (found: DriftFound | null) => {
      knownDrift.value = found;
    };
    signal.addEventListener('abort', kept.watch(take));
    void kept.getValue().then(take);
  }

  return {
    connection,
    api,
    crm,
    toasts,
    live,
    session,
    currency,
    lastCheck,
    outdated,
    knownDrift,
    newerDrift,
    /** Aborts when the connection is closed. */
    closed: closing.signal,
    navigation,
    readAccess,
    /** Follows the feed and what other views find, until the signal closes the connection. */
    start(signal: AbortSignal): void {
      signal.addEventListener('abort', () => closing.abort());
      navigation.keep(signal);
      followDrift(signal);
      void live.start(signal);
      live.subscribe(
        () => undefined,
        () => readAccess(signal),
        signal,
      );
    },
  };
}
export type Workspace = ReturnType<typeof createWorkspace>;
