import { computed, effect, signal } from '@preact/signals';
import type { Session } from '../../shared/session.ts';
import { createApi } from '../services/api.ts';
import { showBadge } from '../services/badge.ts';
import { currentToken } from '../services/credentials.ts';
import { createCrm } from '../services/crm.ts';
import type { Failure } from '../services/failure.ts';
import { activeConnection, type Opening } from '../services/storage.ts';
import { createBulkStatus } from './bulk-status.ts';
import { createLeadExport } from './lead-export.ts';
import { createLeads } from './leads.ts';
import { createLive } from './live.ts';
import { createOverview } from './overview.ts';
import type { Toasts } from './toasts.ts';
import { createView } from './view.ts';

/** Long enough for the first rows to be painted. */
const COUNT_AFTER_MS = 80;

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
  const live = createLive(crm, { onSignedOut });
  const session = signal<Session | null>(null);
  /** Of every amount, as the API tells; null until it has. */
  const currency = signal<string | null>(null);
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
      const { readCurrency } = await import('../services/currency.ts');
      currency.value = await live.watch(() => readCurrency(api, signal));
    } catch {
      // As above.
    }
  }

  /** The toolbar says what the screen says, without waiting for the worker's next round. */
  function followBadge(signal: AbortSignal): void {
    // Each answer of the feed is news to the header, but not to the toolbar.
    const away = computed(() => (live.backend.value.state === 'offline' ? live.backend.value.failure.message : null));
    const newLeads = computed(() => overview.stats.value?.newLeads ?? null);
    const stop = effect(() => {
      const state =
        away.value !== null ? { away: away.value } : newLeads.value === null ? null : { newLeads: newLeads.value };
      if (state) void showIfActive(state);
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
    view,
    leads,
    overview,
    bulk,
    export: exporting,
    async start(signal: AbortSignal): Promise<void> {
      // The list first: it is what people wait for, and counting takes longer the more there is.
      const list = leads.start(signal);
      view.keep(leads.filter, signal);
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
