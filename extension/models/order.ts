import { effect, signal } from '@preact/signals';
import type { Order, OrderStatus } from '../../shared/order.ts';
import type { User } from '../../shared/user.ts';
import { createOrdersApi, type OrderPatch } from '../services/orders.ts';
import { createUsersApi } from '../services/users.ts';
import { createRecord } from './record.ts';
import type { Workspace } from './workspace.ts';

type Options = Pick<Workspace, 'api' | 'live' | 'toasts'> & { id: string };

/** One opened order and the user it belongs to. */
export function createOrder({ api, live, toasts, id }: Options) {
  const orders = createOrdersApi(api);
  const users = createUsersApi(api);
  const record = createRecord<Order, OrderPatch>({ live, toasts, id, kind: 'order', door: orders });
  /** null until they are read, and when they cannot be: the order shows their id then. */
  const customer = signal<User | null>(null);

  return {
    ...record,
    customer,
    /** @param seen the order that the user decided on */
    takeStep: (status: OrderStatus, seen: Order | null = record.row.value) => record.save({ status }, seen),
    /** @returns whether it stands in the timeline */
    addEntry: (note: string) => record.act('timeline', 'Adding to the timeline', () => orders.addEntry(id, { note })),
    async start(signal: AbortSignal): Promise<void> {
      const stop = effect(() => {
        const userId = record.row.value?.userId;
        if (userId === undefined || customer.peek()?.id === userId) return;
        void live
          .watch(() => users.get(userId, signal))
          .then(
            (user) => {
              customer.value = user;
            },
            () => undefined,
          );
      });
      signal.addEventListener('abort', stop);
      await record.start(signal);
    },
  };
}
export type OrderModel = ReturnType<typeof createOrder>;
