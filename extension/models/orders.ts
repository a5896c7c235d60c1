import type { Order } from '../../shared/order.ts';
import type { User } from '../../shared/user.ts';
import { asFailure, whatBecameOf } from '../services/failure.ts';
import { createOrdersApi, type NewOrder } from '../services/orders.ts';
import { createUsersApi } from '../services/users.ts';
import { createNewOrder } from './new-order.ts';
import { createSearchedList } from './searched-list.ts';
import type { Workspace } from './workspace.ts';

/** As many users as a person looks through before typing one letter more. */
const FOUND_USERS = 6;

const AGAIN = 'press again. As long as you change nothing, it stays one order.';

/** The list of orders, and the way to a new one. */
export function createOrders(workspace: Pick<Workspace, 'api' | 'live' | 'view' | 'toasts' | 'connection'>) {
  const { api, live, view, toasts } = workspace;
  const orders = createOrdersApi(api);
  const users = createUsersApi(api);
  const list = createSearchedList<Order>({
    live,
    kind: 'order',
    status: view.orderStatus,
    list: orders.list,
    get: orders.get,
    statusOf: ({ status }) => status,
  });
  return {
    ...list,
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
