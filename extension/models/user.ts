import { signal } from '@preact/signals';
import type { Lead } from '../../shared/lead.ts';
import type { Order } from '../../shared/order.ts';
import type { User } from '../../shared/user.ts';
import { createOrdersApi } from '../services/orders.ts';
import { createUsersApi, type UserPatch } from '../services/users.ts';
import { createRecord } from './record.ts';
import { createRecordList } from './record-list.ts';
import type { Workspace } from './workspace.ts';

type Options = Pick<Workspace, 'api' | 'crm' | 'live' | 'toasts'> & { id: string };

/** One opened user, their orders and the leads they came from. */
export function createUser({ api, crm, live, toasts, id }: Options) {
  const users = createUsersApi(api);
  const record = createRecord<User, UserPatch>({ live, toasts, id, kind: 'user', door: users });
  const ordersApi = createOrdersApi(api);
  const orders = createRecordList<Order, null>({
    live,
    kind: 'order',
    filter: signal(null),
    list: (_, page, signal) => ordersApi.listOf(id, page, signal),
    get: ordersApi.get,
    stillMatches: (_, order) => order.userId === id,
    isTold: () => true,
  });
  const leads = signal<readonly Lead[]>([]);

  /** The API has no lookup by user: leads are found by the email they share. */
  async function findLeads(signal: AbortSignal): Promise<void> {
    const email = record.row.value?.email;
    if (email === undefined) return;
    const found = await live.watch(() => crm.listLeads({ q: email, limit: 50 }, signal)).catch(() => null);
    if (found) leads.value = found.leads.filter(({ convertedToUserId }) => convertedToUserId === id);
  }

  return {
    ...record,
    orders,
    leads,
    async start(signal: AbortSignal): Promise<void> {
      await Promise.all([record.start(signal), orders.start(signal)]);
      await findLeads(signal);
    },
  };
}
export type UserModel = ReturnType<typeof createUser>;
