import { effect, signal } from '@preact/signals';
import type { Order, OrderStatus } from '../../shared/contract/order.ts';
import type { User } from '../../shared/contract/user.ts';
import { createOrdersApi, type OrderPatch } from '../platform/api/orders-api.ts';
import { createUsersApi } from '../platform/api/users-api.ts';
import { formDraft } from '../platform/browser/storage.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { createKeptForm } from '../records/forms/kept-form.ts';
import { createRecord } from '../records/opened/record.ts';
import { ORDER_LINES, type OrderDraft, orderDraft } from './order-draft.ts';

type Options = Pick<Workspace, 'api' | 'live' | 'toasts' | 'connection'> & { id: string };

/** One opened order and the user it belongs to. */
export function createOrder({ api, live, toasts, connection, id }: Options) {
  const orders = createOrdersApi(api);
  const users = createUsersApi(api);
  const EDIT = `${id}:edit`;
  const record = createRecord<Order, OrderPatch>({
    ...{ live, toasts, id, kind: 'order', routes: orders, onRow },
    onFormSettled: () => void formDraft(connection.id, EDIT).removeValue(),
  });
  /** null until they are read, and when they cannot be: the order shows their id then. */
  const customer = signal<User | null>(null);

  let lifetime = new AbortController().signal;
  const connectionId = connection.id;
  const entry = createKeptForm({
    connectionId,
    name: `${id}:entry`,
    base: () => ({ note: '' }),
  });
  /** The order as it was at the first key stroke: what others store meanwhile must not be overwritten unseen. */
  let trackedOn: Order | null = null;
  const tracking = createKeptForm({
    connectionId,
    name: `${id}:tracking`,
    base: () => ({ trackingNumber: trackedOn?.trackingNumber ?? '' }),
  });

  function onRow(row: Order): void {
    const isFirst = trackedOn === null;
    if (!isFirst && tracking.isTyped.value) return;
    trackedOn = row;
    tracking.begin();
    if (isFirst) void tracking.start(lifetime);
  }

  return {
    ...record,
    customer,
    /** What is written for the timeline. */
    entry,
    /** The parcel's number while it is written. */
    tracking,
    /** The form that edits the order as it is in `seen`. */
    edit: (seen: Order) =>
      createKeptForm<OrderDraft>({
        connectionId,
        name: EDIT,
        lines: ORDER_LINES,
        base: () => orderDraft(seen),
      }),
    /** @param seen the order that the user decided on */
    takeStep: (status: OrderStatus, seen: Order | null = record.row.value) => record.save({ status }, seen),
    /** Adds what is written to the timeline; what is typed meanwhile stays. */
    async addEntry(): Promise<void> {
      const sent = entry.form.value;
      const note = sent?.note.trim();
      if (!note) return;
      const isAdded = await record.act('timeline', 'Adding to the timeline', () => orders.addEntry(id, { note }));
      if (isAdded && entry.form.value === sent) await entry.drop();
    },
    /** Stores the number that is written; what is typed meanwhile stays. */
    async saveTracking(): Promise<void> {
      const sent = tracking.form.value;
      if (sent === null) return;
      const before = record.conflict.value;
      const isSaved = await record.save(sent, trackedOn);
      const isMet = record.conflict.value !== before;
      if (!(isSaved || isMet) || tracking.form.value !== sent) return;
      trackedOn = record.row.value;
      await tracking.drop();
    },
    async start(signal: AbortSignal): Promise<void> {
      lifetime = signal;
      void entry.start(signal);
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
