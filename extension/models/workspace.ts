import { effect, signal } from '@preact/signals';
import type { Session } from '../../shared/session.ts';
import { createApi } from '../services/api.ts';
import { showBadge } from '../services/badge.ts';
import { currentToken } from '../services/credentials.ts';
import { createCrm } from '../services/crm.ts';
import type { Failure } from '../services/failure.ts';
import type { Connection } from '../services/storage.ts';
import { createBulkStatus } from './bulk-status.ts';
import { createLeadExport } from './lead-export.ts';
import { createLeads } from './leads.ts';
import { createLive } from './live.ts';
import { createOverview } from './overview.ts';
import type { Toasts } from './toasts.ts';
import { createView } from './view.ts';

interface Options {
  connection: Connection;
  toasts: Toasts;
  onSignedOut: (failure: Failure) => void;
}

/** Everything that is open on one connection. It ends with the signal, and another connection gets another one. */
export function createWorkspace({ connection, toasts, onSignedOut }: Options) {
  const api = createApi({ url: connection.url, token: () => currentToken(connection) });
  const crm = createCrm(api);
  const live = createLive(crm, { onSignedOut });
  const session = signal<Session | null>(null);
  /** Of every amount, as the API tells; null until it has. */
  const currency = signal<string | null>(null);
  const view = createView(connection.id);
  const leads = createLeads({ crm, live, connectionId: connection.id });
  const overview = createOverview({ crm, live, toasts });

  /** The toolbar says what the screen says, without waiting for the worker's next round. */
  function followBadge(signal: AbortSignal): void {
    const stop = effect(() => {
      const backend = live.backend.value;
      const newLeads = overview.stats.value?.newLeads;
      if (backend.state === 'offline') void showBadge({ away: backend.failure.message });
      else if (newLeads !== undefined) void showBadge({ newLeads });
    });
    signal.addEventListener('abort', stop);
  }

  /** Amounts are shown without a currency until it is known; not needed for the first screen. */
  async function readMoney(signal: AbortSignal): Promise<void> {
    const { readCurrency } = await import('../services/currency.ts');
    const read = () =>
      live
        .watch(() => readCurrency(api, signal))
        .then(
          (name) => {
            currency.value = name;
          },
          () => undefined,
        );
    const again = () => void read();
    live.subscribe(() => undefined, again, signal);
    await read();
  }

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
    bulk: createBulkStatus({ crm, live, leads, toasts }),
    export: createLeadExport({ crm, live, leads, toasts }),
    async start(signal: AbortSignal): Promise<void> {
      leads.filter.value = await view.restore();
      if (signal.aborted) return;
      view.keep(leads.filter, signal);
      followBadge(signal);
      // The list first: it is what people wait for, and counting takes longer the more there is.
      const list = leads.start(signal);
      void live.start(signal);
      live
        .watch(() => crm.session(signal))
        .then(
          (reply) => {
            session.value = reply;
          },
          () => undefined,
        );
      void readMoney(signal);
      await list;
      await overview.start(signal);
    },
  };
}
export type Workspace = ReturnType<typeof createWorkspace>;
