import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLead, newOrder, newUser } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { settleFeed } from '../../tests/rig/numbered-leads.ts';
import { lookAtAll } from '../../tests/rig/open-list.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { createLead } from '../leads/lead.ts';
import { createOrder } from '../orders/order.ts';
import { createOrders } from '../orders/orders.ts';
import { createUser } from '../users/user.ts';
import { createUsers } from '../users/users.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
});
afterEach(() => view.close());

const post = async (path: string, body: unknown) =>
  (await (await api.request('POST', path, { body })).json()) as { user: { id: string }; order: { id: string } };
const addUser = async (fields = {}) => (await post('/users', newUser(fields))).user.id;
const addOrder = async (userId: string, fields = {}) => (await post('/orders', newOrder(userId, fields))).order.id;
const row = async (key: string) =>
  (await api.sql<{ value: Record<string, unknown> }>('select value from kv_store_3cbf86a5 where key = $1', [key]))[0]
    ?.value;
const look = () => lookAtAll(api, view);

describe('the list of users', () => {
  it('is searched and filtered, and the view keeps the filter but not the search', async () => {
    const active = await addUser({ name: 'Ann' });
    const idle = await addUser({ name: 'Ben', accountStatus: 'inactive' });
    const users = createUsers(view);
    await users.start(view.signal);
    const ids = () => users.rows.value.map(({ id }) => id);
    expect(ids()).toEqual([idle, active]);
    await users.setFilter({ status: 'inactive' });
    expect([ids(), view.navigation.accountStatus.value]).toEqual([[idle], 'inactive']);
    await users.setFilter({ status: '', q: 'ANN' });
    expect([ids(), view.navigation.accountStatus.value]).toEqual([[active], '']);
  });

  it('shows what came and what changed', async () => {
    const id = await addUser({ name: 'Ann' });
    const users = createUsers(view);
    await users.start(view.signal);
    const next = await addUser({ name: 'Ben' });
    await api.request('PATCH', `/users/${id}`, { body: { name: 'Anna' } });
    await look();
    expect(users.rows.value.map(({ name }) => name)).toEqual(['Ben', 'Anna']);
    expect([...users.arrived.value]).toEqual([next]);
  });

  it('says beside the field that somebody has the email already', async () => {
    await addUser({ email: 'ann@example.com' });
    const users = createUsers(view);
    expect(await users.create({ email: 'ANN@example.com', name: 'Other' })).toMatchObject({
      errors: { email: expect.any(String) },
    });
  });
});

describe('an opened user', () => {
  const open = async (id: string) => {
    const model = createUser({ ...view, id });
    await model.start(view.signal);
    await eventually(() => expect(model.row.value).not.toBeNull());
    return model;
  };

  it('has their orders, kept true, and the lead they came from', async () => {
    const leadId = await captureLead(api, { name: 'Ann' });
    const lead = createLead({ ...view, id: leadId });
    await lead.start(view.signal);
    expect(await lead.convert()).toBe(true);
    expect(lead.lead.value?.status).toBe('converted');
    const model = await open(lead.lead.value?.convertedToUserId ?? '');
    await eventually(() => expect(model.leads.rows.value.map(({ id }) => id)).toEqual([leadId]));
    const order = await addOrder(model.id);
    await addOrder(await addUser());
    await look();
    expect(model.orders.rows.value.map(({ id }) => id)).toContain(order);
    await vi.waitFor(() => expect(model.row.value).toMatchObject({ totalOrders: 1, totalSpent: 109.9 }));
  });

  it('shows the leads they came from, whatever their email is now, and says when those could not be read', async () => {
    const email = 'bella@example.com';
    const first = createLead({ ...view, id: await captureLead(api, { email }) });
    await first.start(view.signal);
    await first.convert();
    await eventually(() => expect(first.lead.value?.convertedToUserId).toBeTruthy());
    const userId = String(first.lead.value?.convertedToUserId);
    await api.request('PATCH', `/users/${userId}`, { body: { email: 'tan@example.com' } });
    proxy.set({ status: 500 }, ({ path }) => path.includes('convertedToUserId'));
    const model = await open(userId);
    await eventually(() => expect(model.leads.failure.value).not.toBeNull());
    proxy.set('pass');
    await model.leads.load();
    expect(model.leads.failure.value).toBeNull();
    expect(model.leads.rows.value.map(({ id }) => id)).toEqual([first.id]);
    const second = await captureLead(api, { email: 'tan@example.com' });
    await api.request('POST', `/leads/${second}/convert`);
    await look();
    await eventually(() => expect(model.leads.rows.value.map(({ id }) => id)).toEqual([second, first.id]));
  });

  it('is not overwritten, nor deleted while there are orders', async () => {
    const id = await addUser({ name: 'Ann' });
    const model = await open(id);
    await api.request('PATCH', `/users/${id}`, { body: { name: 'Theirs', phone: '1' } });
    expect(await model.save({ name: 'Mine' })).toBe(false);
    expect(model.conflict.value).toMatchObject({ patch: { name: 'Mine' }, theirs: { name: 'Theirs' } });
    await model.keepMine();
    expect(await row(`user:${id}`)).toMatchObject({ name: 'Mine', phone: '1' });
    await addOrder(id);
    await model.read();
    const seen = model.row.value;
    expect(seen && (await model.remove(seen))).toBe(false);
    expect(view.said()[0]).toMatch(/^Deleting failed: .*order/);
  });

  it('asks no question about an email that somebody else has: the API’s sentence is shown', async () => {
    await addUser({ email: 'taken@example.com' });
    const model = await open(await addUser());
    expect(await model.save({ email: 'Taken@example.com' })).toBe(false);
    expect(model.conflict.value).toBeNull();
    expect(view.said()[0]).toMatch(/^Saving failed: .* Nothing was saved\.$/);
  });
});

describe('a lead that was converted', () => {
  it('names the user as the table has them now, and says when they are gone', async () => {
    const id = await captureLead(api, { email: 'bella@example.com', name: 'Bella' });
    const model = createLead({ ...view, id });
    await model.start(view.signal);
    expect(await model.convert()).toBe(true);
    await eventually(() => expect(model.account.value).toMatchObject({ user: { name: 'Bella' } }));
    await api.sql("delete from kv_store_3cbf86a5 where value ->> 'email' = 'bella@example.com' and key like 'user:%'");
    const again = createLead({ ...view, id });
    await again.start(view.signal);
    await eventually(() => expect(again.account.value).toEqual({ user: null }));
    expect(await again.convert()).toBe(true);
    await eventually(() => expect(again.account.value).toMatchObject({ user: { name: 'Bella' } }));
  });
});

describe('an opened order', () => {
  it('takes the steps that are allowed, says why another is not, and tells them in its timeline', async () => {
    const id = await addOrder(await addUser({ name: 'Ann' }));
    const model = createOrder({ ...view, id });
    await model.start(view.signal);
    await vi.waitFor(() => expect(model.customer.value?.name).toBe('Ann'));
    expect(model.row.value?.nextStatuses).toEqual(['processing', 'cancelled']);
    expect(await model.takeStep('delivered')).toBe(false);
    expect(view.said()[0]).toMatch(/Allowed next: processing, cancelled/);
    expect(await model.takeStep('processing')).toBe(true);
    model.entry.write({ note: 'Called' });
    await model.addEntry();
    expect(await row(`order:${id}`)).toMatchObject({ status: 'processing', timeline: [{}, {}, { note: 'Called' }] });
    expect([model.row.value?.timeline?.length, model.entry.form.value]).toEqual([3, { note: '' }]);
  });

  it('is created for a user that was found', async () => {
    const userId = await addUser({ name: 'Ann' });
    const orders = createOrders(view);
    const [found] = await orders.findUsers('ann', view.signal);
    expect(found?.id).toBe(userId);
    const result = await orders.create({ ...newOrder(userId), submissionId: crypto.randomUUID() });
    expect(result).toMatchObject({ order: { userId, total: 109.9, nextStatuses: ['processing', 'cancelled'] } });
  });

  it('whose reply is lost may be sent again: it says so, and there is one order', async () => {
    const userId = await addUser();
    const orders = createOrders(view);
    const body = { ...newOrder(userId), submissionId: crypto.randomUUID() };
    proxy.set({ rewrite: () => 'Bad gateway' }, ({ method, path }) => method === 'POST' && path === '/orders');
    const lost = await orders.create(body);
    expect(lost).toMatchObject({
      errors: { form: expect.stringMatching(/not known whether it was saved: press again\. .* one order/) },
    });
    proxy.set('pass');
    const again = await orders.create(body);
    if ('errors' in again) throw new Error('It is stored.');
    expect(await api.sql("select key from kv_store_3cbf86a5 where key ~ '^order:order_'")).toEqual([
      { key: `order:${again.order.id}` },
    ]);
    const refused = await orders.create({ ...body, notes: 'other' });
    expect(refused).toMatchObject({ errors: { form: expect.stringMatching(/Nothing was saved\.$/) } });
  });
});
