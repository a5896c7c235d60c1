import { signal } from '@preact/signals';
import type { User } from '../../shared/contract/user.ts';
import type { NewOrder } from '../platform/api/orders-api.ts';
import { createUsersApi } from '../platform/api/users-api.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { type AddressDraft, addressDraft, changedLines } from '../records/forms/address.ts';
import { createKeptForm } from '../records/forms/kept-form.ts';
import { ORDER_LINES, type OrderDraft, orderDraft, submissionIdOf } from './order-draft.ts';

/** As long as a form waits for the users that it was begun with; it does without them then. */
const PATIENCE_MS = 3_000;

/** A first guess for where an order goes. */
function homeOf(user: User | null): AddressDraft {
  const home = addressDraft(user?.address);
  return { ...home, recipient: home.recipient || user?.name || '' };
}

/** A new order while it is written: for whom, and what. It is kept until it is stored or discarded. */
export function createNewOrder({ api, live, connection }: Pick<Workspace, 'api' | 'live' | 'connection'>) {
  const users = createUsersApi(api);
  const user = signal<User | null>(null);
  /** Whose address was filled in: as long as nobody has touched it, the next user's takes its place. */
  let host: User | null = null;
  let attempts: string = crypto.randomUUID();

  async function read(id: string | undefined, signal: AbortSignal): Promise<User | null> {
    if (id === undefined) return null;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    return live.watch(() => users.get(id, patience)).catch(() => null);
  }

  const form = createKeptForm<OrderDraft>({
    connectionId: connection.id,
    name: 'order:new',
    lines: ORDER_LINES,
    base: () => ({ ...orderDraft(null), address: homeOf(host) }),
    ids: () => ({ attempts, ...(user.value && { user: user.value.id }), ...(host && { host: host.id }) }),
    async prepare(ids, signal) {
      attempts = ids.attempts ?? attempts;
      [user.value, host] = await Promise.all([read(ids.user, signal), read(ids.host, signal)]);
    },
  });

  return {
    ...form,
    /** For whom it is. */
    user,
    pick(next: User | null): void {
      const draft = form.form.value;
      if (draft === null) return;
      user.value = next;
      const isTouched = changedLines(draft.address, homeOf(host)) !== undefined;
      if (!isTouched) host = next;
      form.write(isTouched ? draft : { ...draft, address: homeOf(next) });
    },
    submissionId: (order: NewOrder) => submissionIdOf(attempts, order),
  };
}
