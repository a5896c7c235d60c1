/** The records as a plain program would keep them: what the database must equal after every command. */
interface LeadModel {
  id: string;
  email: string;
  status: string;
  userId: string | null;
}
interface UserModel {
  id: string;
  email: string;
  accountStatus: string;
}
export interface OrderModel {
  id: string;
  userId: string;
  status: string;
  cents: number;
  entries: number;
}

export interface Model {
  leads: LeadModel[];
  users: UserModel[];
  orders: OrderModel[];
}

export const emptyModel = (): Model => ({ leads: [], users: [], orders: [] });

const CHAIN = [
  'pending-payment',
  'processing',
  'ready-to-ship',
  'in-transit',
  'arriving',
  'out-for-delivery',
  'delivered',
];

/** Whether an order may go from one status to another: one step forward, cancelled before delivery, refunded after payment. */
export function mayStep(from: string, to: string): boolean {
  const at = CHAIN.indexOf(from);
  if (at === -1) return false;
  if (to === 'cancelled') return from !== 'delivered';
  if (to === 'refunded') return at > 0;
  return CHAIN.indexOf(to) === at + 1;
}

export const worth = ({ status, cents }: OrderModel) => (status === 'cancelled' || status === 'refunded' ? 0 : cents);

const sameEmail = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
export const userByEmail = ({ users }: Model, email: string) => users.find((user) => sameEmail(user.email, email));

const newestFirst = (records: { id: string }[]) => records.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1));

/** Every row that the table must hold, with the fields that the model knows of; nothing else may be there. */
export function expectedRows(model: Model, touched: Set<string>): Record<string, unknown> {
  const rows: Record<string, unknown> = {};
  for (const { id, email, status, userId } of model.leads) {
    rows[`lead:${id}`] = { id, email, status, convertedToUserId: userId };
  }
  for (const { id, email, accountStatus } of model.users) {
    const orders = model.orders.filter(({ userId }) => userId === id);
    const spent = orders.map(worth);
    rows[`user:${id}`] = {
      id,
      email,
      accountStatus,
      totalOrders: orders.length,
      totalSpent: spent.reduce((sum, cents) => sum + cents, 0) / 100,
      loyaltyPoints: spent.reduce((sum, cents) => sum + Math.floor(cents / 1000), 0),
    };
    rows[`user:email:${email.toLowerCase()}`] = id;
    if (orders.length > 0) rows[`user:${id}:orders`] = newestFirst(orders);
  }
  for (const { id, userId, status, cents, entries } of model.orders) {
    rows[`order:${id}`] = { id, userId, status, total: cents / 100, completed: status === 'delivered', entries };
  }
  for (const kind of ['leads', 'users', 'orders'] as const) {
    if (touched.has(kind) || model[kind].length > 0) touched.add(kind);
    if (touched.has(kind)) rows[`${kind}:index`] = newestFirst(model[kind]);
  }
  return rows;
}

/** A row of the table, cut down to what the model knows. */
export function knownPart(key: string, value: unknown): unknown {
  const row = value as Record<string, unknown>;
  const { id, email, status } = row ?? {};
  if (key.startsWith('lead:')) return { id, email, status, convertedToUserId: row.convertedToUserId ?? null };
  if (key.startsWith('order:')) {
    const { userId, total, completed, timeline } = row;
    return { id, userId, status, total, completed, entries: (timeline as unknown[]).length };
  }
  if (key.endsWith(':orders')) return value;
  if (key.startsWith('user:user_')) {
    const { accountStatus, totalOrders, totalSpent, loyaltyPoints } = row;
    return { id, email, accountStatus, totalOrders, totalSpent, loyaltyPoints };
  }
  return value;
}
