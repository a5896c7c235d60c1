import fc from 'fast-check';
import type { Model, OrderModel } from './records-model.ts';
import { mayStep, userByEmail } from './records-model.ts';

/** Calls a function of ours; gives its result, or the SQLSTATE when it refuses, with everything as it was. */
export type Call = (name: `crm_${string}`, payload: object) => Promise<Record<string, unknown> | string>;

/** Does one thing to the database and to the model. Gives what the database answered and what the model foresaw. */
type Command = (model: Model, call: Call) => Promise<{ answer: Record<string, unknown> | string; foreseen: string }>;

const DONE = 'done';
const actor = 'key:model';

/** The n-th record there is, or one there never was. */
const pick = <Item>(items: Item[], n: number): Item | undefined => items[n % (items.length + 1)];

interface Stored {
  key: string;
  value: { id: string; email: string; status: string; total: number };
}

function remove<Item>(items: Item[], item: Item): void {
  items.splice(items.indexOf(item), 1);
}

const email = fc.constantFrom(
  'ann@example.com',
  'Ann@Example.com',
  'bob@example.com',
  'BOB@example.com',
  'cy@example.com',
);
const status = fc.constantFrom(
  ...['pending-payment', 'processing', 'processing', 'ready-to-ship', 'ready-to-ship', 'in-transit', 'arriving'],
  ...['out-for-delivery', 'delivered', 'cancelled', 'refunded'],
);
const n = fc.nat({ max: 5 });
const items = fc.array(
  fc.record({
    name: fc.constant('Lamp'),
    quantity: fc.integer({ min: 1, max: 9 }),
    price: fc.integer({ min: 0, max: 99_999 }),
  }),
  { minLength: 1, maxLength: 3 },
);
type Items = { name: string; quantity: number; price: number }[];
const priced = (list: Items) => list.map((item) => ({ ...item, price: item.price / 100 }));
const sum = (list: Items) => list.reduce((cents, { quantity, price }) => cents + quantity * price, 0);

const captureLead =
  (address: string): Command =>
  async (model, call) => {
    const answer = await call('crm_capture_lead', {
      lead: { email: address, source: 'chatbot' },
      limits: { perAddress: 0, perService: 0 },
      suspicions: [],
      actor,
    });
    if (typeof answer !== 'string')
      model.leads.push({ id: String(answer.leadId), email: address, status: 'new', userId: null });
    return { answer, foreseen: DONE };
  };

const patchLead =
  (at: number, patch: { email?: string; status?: string }): Command =>
  async (model, call) => {
    const found = pick(model.leads, at);
    const answer = await call('crm_update_lead', { id: found?.id ?? 'lead_1_nobody', patch, actor });
    if (found) Object.assign(found, patch);
    return { answer, foreseen: found ? DONE : 'CRM04' };
  };

const deleteLead =
  (at: number): Command =>
  async (model, call) => {
    const found = pick(model.leads, at);
    const answer = await call('crm_delete_lead', { id: found?.id ?? 'lead_1_nobody', actor });
    if (found) remove(model.leads, found);
    return { answer, foreseen: found ? DONE : 'CRM04' };
  };

const convertLead =
  (at: number): Command =>
  async (model, call) => {
    const found = pick(model.leads, at);
    const answer = await call('crm_convert_lead', { id: found?.id ?? 'lead_1_nobody', actor });
    if (!found || typeof answer === 'string') return { answer, foreseen: found ? DONE : 'CRM04' };
    const user = model.users.find(({ id }) => id === found.userId) ?? userByEmail(model, found.email);
    const { value } = answer.user as Stored;
    if (!user) model.users.push({ id: value.id, email: found.email, accountStatus: 'active' });
    Object.assign(found, { status: 'converted', userId: user?.id ?? value.id });
    return { answer: { ...answer, done: answer.created === !user && value.id === found.userId }, foreseen: DONE };
  };

const createUser =
  (address: string): Command =>
  async (model, call) => {
    const taken = userByEmail(model, address);
    const user = { email: address, name: 'Ann', accountStatus: 'active' };
    const answer = await call('crm_create_user', { user, actor });
    if (!taken && typeof answer !== 'string')
      model.users.push({ id: (answer as unknown as Stored).value.id, email: address, accountStatus: 'active' });
    return { answer, foreseen: taken ? 'CRM09' : DONE };
  };

const patchUser =
  (at: number, patch: { email?: string; accountStatus?: string }): Command =>
  async (model, call) => {
    const found = pick(model.users, at);
    const answer = await call('crm_update_user', { id: found?.id ?? 'user_1_nobody', patch, actor });
    if (!found) return { answer, foreseen: 'CRM04' };
    const other = patch.email && userByEmail(model, patch.email);
    if (other && other !== found) return { answer, foreseen: 'CRM09' };
    Object.assign(found, patch);
    return { answer, foreseen: DONE };
  };

const logIn =
  (at: number): Command =>
  async (model, call) => {
    const found = pick(model.users, at);
    const answer = await call('crm_record_login', { id: found?.id ?? 'user_1_nobody', actor });
    return { answer, foreseen: !found ? 'CRM04' : found.accountStatus === 'suspended' ? 'CRM09' : DONE };
  };

const deleteUser =
  (at: number): Command =>
  async (model, call) => {
    const found = pick(model.users, at);
    const answer = await call('crm_delete_user', { id: found?.id ?? 'user_1_nobody', actor });
    if (!found) return { answer, foreseen: 'CRM04' };
    if (model.orders.some(({ userId }) => userId === found.id)) return { answer, foreseen: 'CRM09' };
    remove(model.users, found);
    for (const lead of model.leads) if (lead.userId === found.id) lead.userId = null;
    return { answer, foreseen: DONE };
  };

const createOrder =
  (at: number, list: Items, tax: number, off: number): Command =>
  async (model, call) => {
    const found = pick(model.users, at);
    const cents = sum(list) + tax;
    const userId = found?.id ?? 'user_1_nobody';
    const order = {
      userId,
      items: priced(list),
      tax: tax / 100,
      total: (cents + off) / 100,
      status: 'pending-payment',
    };
    const answer = await call('crm_create_order', { order, actor });
    if (off !== 0 || !found || typeof answer === 'string')
      return { answer, foreseen: off ? 'CRM05' : found ? DONE : 'CRM04' };
    const { id } = (answer as unknown as Stored).value;
    model.orders.push({ id, userId, status: 'pending-payment', cents, entries: 1 });
    return { answer, foreseen: DONE };
  };

function step(order: OrderModel | undefined, to: string): string {
  if (!order) return 'CRM04';
  if (to === order.status) return DONE;
  if (!mayStep(order.status, to)) return 'CRM09';
  order.status = to;
  order.entries++;
  return DONE;
}

const stepOrder =
  (at: number, to: string): Command =>
  async (model, call) => {
    const found = pick(model.orders, at);
    const answer = await call('crm_update_order', { id: found?.id ?? 'order_1_nobody', patch: { status: to }, actor });
    return { answer, foreseen: step(found, to) };
  };

const tellOrder =
  (at: number, to?: string): Command =>
  async (model, call) => {
    const found = pick(model.orders, at);
    const answer = await call('crm_add_order_event', {
      id: found?.id ?? 'order_1_nobody',
      note: 'x',
      status: to,
      actor,
    });
    const before = found?.entries;
    const foreseen = step(found, to ?? found?.status ?? '');
    if (found && foreseen === DONE && found.entries === before) found.entries++;
    return { answer, foreseen };
  };

const editOrder =
  (at: number, list: Items): Command =>
  async (model, call) => {
    const found = pick(model.orders, at);
    const patch = { items: priced(list), tax: 0, shipping: 0, discount: 0 };
    const answer = await call('crm_update_order', { id: found?.id ?? 'order_1_nobody', patch, actor });
    if (found) found.cents = sum(list);
    return { answer, foreseen: found ? DONE : 'CRM04' };
  };

const deleteOrder =
  (at: number): Command =>
  async (model, call) => {
    const found = pick(model.orders, at);
    const answer = await call('crm_delete_order', { id: found?.id ?? 'order_1_nobody', actor });
    if (found) remove(model.orders, found);
    return { answer, foreseen: found ? DONE : 'CRM04' };
  };

const named = (name: string, ...parts: fc.Arbitrary<unknown>[]) => fc.tuple(fc.constant(name), ...parts);

const MAKERS: Record<string, (...values: never[]) => Command> = {
  captureLead,
  patchLead,
  deleteLead,
  convertLead,
  createUser,
  patchUser,
  logIn,
  deleteUser,
  createOrder,
  stepOrder,
  tellOrder,
  editOrder,
  deleteOrder,
};

/** Any command, printed by name and arguments when a sequence fails. */
export const anyCommand = fc.oneof(
  named('captureLead', email),
  named('patchLead', n, fc.record({ email, status: fc.constantFrom('contacted', 'lost') }, { requiredKeys: [] })),
  named('deleteLead', n),
  named('convertLead', n),
  named('convertLead', n),
  named('createUser', email),
  named(
    'patchUser',
    n,
    fc.record({ email, accountStatus: fc.constantFrom('active', 'suspended') }, { requiredKeys: [] }),
  ),
  named('logIn', n),
  named('deleteUser', n),
  named('createOrder', n, items, fc.nat({ max: 999 }), fc.constantFrom(0, 0, 0, 0, 1, -1)),
  named('createOrder', n, items, fc.nat({ max: 999 }), fc.constant(0)),
  named('stepOrder', n, status),
  named('stepOrder', n, status),
  named('tellOrder', n, fc.option(status, { nil: undefined })),
  named('editOrder', n, items),
  named('deleteOrder', n),
);

/** Runs one generated command. */
export function run([name, ...values]: [string, ...unknown[]], model: Model, call: Call) {
  const make = MAKERS[name];
  if (!make) throw new Error(`no command ${name}`);
  return make(...(values as never[]))(model, call);
}
