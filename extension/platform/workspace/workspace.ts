import { computed, effect, signal } from '@preact/signals';
import type { Session } from '../../../shared/contract/session.ts';
import { createBulkStatus } from '../../leads/bulk-status.ts';
import { createLeadExport } from '../../leads/lead-export.ts';
import { createLeads } from '../../leads/leads.ts';
import { createOverview } from '../../overview/overview.ts';
import { createApi } from '../api/api.ts';
import { createCrm } from '../api/crm.ts';
import type { Failure } from '../api/failure.ts';
import { showBadge } from '../browser/badge.ts';
import { activeConnection, type DriftFound, driftFound, type Opening, watch } from '../browser/storage.ts';
import { currentToken } from '../connection/credentials.ts';
import { createLive } from './live.ts';
import { createView } from './navigation.ts';
import type { Toasts } from './toasts.ts';

/** Long enough for the first rows to be painted. */
const COUNT_AFTER_MS = 80;

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

/** Everything that is open on one connection. It ends with the signal, and another connection gets another one. */
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
  const view = createView(connection.id);
  const leads = createLeads({ crm, live, connectionId: connection.id });
  leads.filter.value = view.restore(left);
  const overview = createOverview({ crm, live, toasts });

  /** Another view may have another connection open: the toolbar speaks of the one that was chosen last. */
  async function showIfActive(state: Parameters<typeof showBadge>[0]): Promise<void> {
    if ((await activeConnection.getValue()) === connection.id) await showBadge(state);
  }

  async function readSession(signal: AbortSignal): Promise<void> {
    try {
      session.value = await live.watch(() => crm.session(signal));
    } catch {
      // The header says what is wrong; the next reset asks again.
    }
  }

  /** Amounts are shown without a currency until it is known; not needed for the first screen. */
  async function readMoney(signal: AbortSignal): Promise<void> {
    try {
      const { readCurrency } = await import('../api/currency.ts');
      currency.value = await live.watch(() => readCurrency(api, signal));
    } catch {
      // As above.
    }
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

  /** @param counted null while this view has not counted; what the worker counted last is shown then */
  async function showNewLeads(counted: number | null): Promise<void> {
    const newLeads = counted ?? (await watch(connection.id).getValue())?.newLeads;
    await showIfActive(newLeads === undefined ? null : { newLeads });
  }

  /** The toolbar says what the screen says, without waiting for the worker's next round. */
  function followBadge(signal: AbortSignal): void {
    // Each answer of the feed is news to the header, but not to the toolbar.
    const away = computed(() => (live.backend.value.state === 'offline' ? live.backend.value.failure.message : null));
    const drift = computed(() => knownDrift.value?.summary ?? null);
    const newLeads = computed(() => overview.stats.value?.newLeads ?? null);
    let isRed = false;
    const stop = effect(() => {
      const wasRed = isRed;
      isRed = away.value !== null || drift.value !== null;
      if (away.value !== null) void showIfActive({ away: away.value });
      else if (drift.value !== null) void showIfActive({ drift: drift.value });
      else if (newLeads.value !== null || wasRed) void showNewLeads(newLeads.value);
    });
    signal.addEventListener('abort', stop);
  }

  const bulk = createBulkStatus({ crm, live, leads, toasts });
  const exporting = createLeadExport({ crm, live, leads, toasts });
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
    newerDrift,
    /** Aborts when the connection is closed. */
    closed: closing.signal,
    view,
    leads,
    overview,
    bulk,
    export: exporting,
    async start(signal: AbortSignal): Promise<void> {
      signal.addEventListener('abort', () => closing.abort());
      // The list first: it is what people wait for, and counting takes longer the more there is.
      const list = leads.start(signal);
      view.keep(leads.filter, signal);
      followDrift(signal);
      followBadge(signal);
      void live.start(signal);
      const again = () => {
        if (session.value === null) void readSession(signal);
        void readMoney(signal);
      };
      live.subscribe(() => undefined, again, signal);
      signal.addEventListener('abort', () => {
        bulk.cancel();
        exporting.cancel();
      });
      await list;
      // Counting takes the processor that is about to draw the rows.
      await new Promise((done) => setTimeout(done, COUNT_AFTER_MS));
      if (signal.aborted) return;
      void readSession(signal);
      void readMoney(signal);
      await overview.start(signal);
    },
  };
}
export type Workspace = ReturnType<typeof createWorkspace>;
