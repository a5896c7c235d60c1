import { computed, signal } from '@preact/signals';
import { PAGE_LIMIT } from '../../shared/contract/limits.ts';
import type { Order } from '../../shared/contract/order.ts';
import type { User } from '../../shared/contract/user.ts';
import { asFailure, whatBecameOf } from '../platform/api/failure.ts';
import { createOrdersApi, type NewOrder } from '../platform/api/orders-api.ts';
import { createUsersApi } from '../platform/api/users-api.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { createRecordList } from '../records/list/record-list.ts';
import { createSearchedList } from '../records/list/searched-list.ts';
import { createNewOrder } from './new-order.ts';

/** As many users as a person looks through before typing one letter more. */
const FOUND_USERS = 6;

const AGAIN = 'press again. As long as you change nothing, it stays one order.';

/** The list of orders, and the way to a new one. */
export function createOrders(workspace: Pick<Workspace, 'api' | 'live' | 'navigation' | 'toasts' | 'connection'>) {
  const { api, live, navigation, toasts } = workspace;
  const orders = createOrdersApi(api);
  const users = createUsersApi(api);
  const list = createSearchedList<Order>({
    live,
    kind: 'order',
    status: navigation.orderStatus,
    list: orders.list,
    get: orders.get,
    statusOf: ({ status }) => status,
  });
  /** The newest of them, with one request: one for each row would be too many. */
  const customers = createRecordList<User, null>({
    live,
    kind: 'user',
    filter: signal(null),
    list: (_, page, signal) => users.list({ ...page, limit: PAGE_LIMIT }, signal),
    get: users.get,
    stillMatches: () => true,
    isTold: () => true,
  });
  const customerById = computed(() => new Map(customers.rows.value.map((user) => [user.id, user])));
  return {
    ...list,
    /** The user whom an order belongs to, if they are among the newest. */
    customerOf: ({ userId }: Order): User | undefined => customerById.value.get(userId),
    async start(signal: AbortSignal): Promise<void> {
      await Promise.all([list.start(signal), customers.start(signal)]);
    },
    /** The form for a new one. */
    begin: () => createNewOrder(workspace),
    /** Users whom an order may be for. @throws Failure */
    findUsers: async (q: string, signal: AbortSignal): Promise<readonly User[]> =>
      (await live.watch(() => users.list({ q, limit: FOUND_USERS }, signal))).rows,
    /** @param body with a `submissionId`, which makes it safe to send again. @returns the new order, or what is wrong: by field, or under `form` with the whole */
    async create(
      body: NewOrder & { submissionId: string },
    ): Promise<{ order: Order } | { errors: Record<string, string> }> {
      try {
        const order = await live.watch(() => orders.create(body));
        toasts.show({ tone: 'good', message: `Order ${order.orderNumber ?? order.id} is stored.` });
        live.retry();
        return { order };
      } catch (error) {
        const failure = asFailure(error);
        return { errors: { ...failure.fields, form: `${failure.message} ${whatBecameOf(failure, AGAIN)}` } };
      }
    },
  };
}
export type Orders = ReturnType<typeof createOrders>;
