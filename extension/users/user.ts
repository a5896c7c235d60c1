import { signal } from '@preact/signals';
import type { Lead } from '../../shared/contract/lead.ts';
import type { Order } from '../../shared/contract/order.ts';
import type { User } from '../../shared/contract/user.ts';
import { createOrdersApi } from '../platform/api/orders-api.ts';
import { createUsersApi, type UserPatch } from '../platform/api/users-api.ts';
import { formDraft } from '../platform/browser/storage.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { createKeptForm } from '../records/forms/kept-form.ts';
import { createRecordList } from '../records/list/record-list.ts';
import { createRecord } from '../records/opened/record.ts';
import { type UserDraft, userDraft } from './user-draft.ts';

type Options = Pick<Workspace, 'api' | 'crm' | 'live' | 'toasts' | 'connection'> & { id: string };

/** One opened user, their orders and the leads they came from. */
export function createUser({ api, crm, live, toasts, connection, id }: Options) {
  const users = createUsersApi(api);
  const EDIT = `${id}:edit`;
  const record = createRecord<User, UserPatch>({
    ...{ live, toasts, id, kind: 'user', routes: users },
    onFormSettled: () => void formDraft(connection.id, EDIT).removeValue(),
  });
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
  const leads = createRecordList<Lead, null>({
    live,
    kind: 'lead',
    filter: signal(null),
    async list(_, page, signal) {
      const { leads: rows, ...rest } = await crm.listLeads({ convertedToUserId: id, ...page }, signal);
      return { rows, ...rest };
    },
    get: crm.getLead,
    stillMatches: (_, lead) => lead.convertedToUserId === id,
    isTold: () => true,
  });

  return {
    ...record,
    orders,
    leads,
    /** The form that edits the user as they are in `seen`. */
    edit: (seen: User) =>
      createKeptForm<UserDraft>({
        connectionId: connection.id,
        name: EDIT,
        base: () => userDraft(seen),
      }),
    async start(signal: AbortSignal): Promise<void> {
      await Promise.all([record.start(signal), orders.start(signal), leads.start(signal)]);
    },
  };
}
export type UserModel = ReturnType<typeof createUser>;
