import { beforeAll, describe, expect, it } from 'vitest';
import { createOrder, createUser, newOrder, newUser, UNKNOWN_ORDER, UNKNOWN_USER } from './operations.ts';
import { expectRefusal, refusingApi } from './refusals.ts';

const refusing = refusingApi();
let userId: string;
let orderId: string;
beforeAll(async () => {
  userId = await createUser(refusing.api, { email: 'taken@example.com' });
  orderId = await createOrder(refusing.api);
});

const item = (fields: object) => ({ items: [{ name: 'x', quantity: 1, price: 1, ...fields }] });

describe('users', () => {
  it.each([
    ['email', undefined],
    ['email', 'nonsense'],
    ['name', undefined],
    ['name', '  '],
    ['accountStatus', 'banned'],
    ['address', 'somewhere'],
    ['address', { line1: 'x' }],
    ['address', { line1: 'x', city: 'y', planet: 'z' }],
    ['preferences', { a: 5 }],
    ['preferences', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`p${i}`, 'x']))],
    ['tags', 'vip'],
    ['tags', Array(21).fill('x')],
    ['id', 'user_1_a'],
    ['totalSpent', 5],
    ['password', 'hunter2'],
  ])('with %s as %j are refused by name, when created and when changed', async (name, value) => {
    const field = new RegExp(`^${name}(\\.|$)`);
    const created = await refusing.api.request('POST', '/users', { body: newUser({ [name]: value }) });
    expect(Object.keys((await expectRefusal(created, 400)).fields ?? {}).some((each) => field.test(each))).toBe(true);
    if (value === undefined || (name === 'address' && typeof value === 'object' && !('planet' in value))) return;
    const changed = await refusing.api.request('PATCH', `/users/${userId}`, { body: { phone: '1', [name]: value } });
    expect(Object.keys((await expectRefusal(changed, 400)).fields ?? {}).some((each) => field.test(each))).toBe(true);
  });

  it('with an email that is taken in another case are a 409', async () => {
    await expectRefusal(
      await refusing.api.request('POST', '/users', { body: newUser({ email: 'TAKEN@example.com' }) }),
      409,
    );
  });

  it.each(['nonsense', 'a@b', '%00', '%ff', "'@b.co'"])('are not looked up by the email %s', async (email) => {
    await expectRefusal(await refusing.api.request('GET', `/users/email/${email}`), 400, 'email');
  });

  it.each(['q=%00', 'accountStatus=x', 'status=active', 'cursor=lead_1_a', 'cursor=user_1_%27', 'total=yes'])(
    'are not listed by ?%s',
    async (query) => {
      await expectRefusal(await refusing.api.request('GET', `/users?${query}`), 400, query.split('=')[0]);
    },
  );
});

describe('orders', () => {
  it.each([
    ['items', { items: [] }],
    ['items', { items: Array(101).fill({ name: 'x', quantity: 1, price: 1 }) }],
    ['items.0.quantity', item({ quantity: 0 })],
    ['items.0.quantity', item({ quantity: 1.5 })],
    ['items.0.quantity', item({ quantity: -1 })],
    ['items.0.quantity', item({ quantity: '2' })],
    ['items.0.price', item({ price: -1 })],
    ['items.0.price', item({ price: 1.005 })],
    ['items.0.price', item({ price: 1e12 })],
    ['items.0.name', item({ name: '' })],
    ['items.0.secret', item({ secret: 'x' })],
    ['tax', { tax: -0.01 }],
    ['shipping', { shipping: 0.001 }],
    ['discount', { discount: 1_000 }],
    ['total', { total: 109.91 }],
    ['subtotal', { subtotal: 99.89 }],
    ['paymentMethod', { paymentMethod: '' }],
    ['paymentStatus', { paymentStatus: 'maybe' }],
    ['status', { status: 'shipped' }],
    ['id', { id: 'order_1_a' }],
    ['orderNumber', { orderNumber: 'VS-2026-000001' }],
    ['timeline', { timeline: [] }],
    ['completed', { completed: true }],
    ['shippingAddress', { shippingAddress: 'here' }],
  ])('with a wrong %s (%j) are refused by name, when created and when changed', async (name, fields) => {
    const created = await refusing.api.request('POST', '/orders', { body: newOrder(userId, fields) });
    await expectRefusal(created, 400, name);
    const changed = await refusing.api.request('PATCH', `/orders/${orderId}`, { body: { notes: 'x', ...fields } });
    await expectRefusal(changed, 400, name);
  });

  it('of a user who is none, or of nobody, are refused', async () => {
    const create = (user: unknown) => refusing.api.request('POST', '/orders', { body: newOrder(String(user)) });
    await expectRefusal(await create(UNKNOWN_USER), 404);
    await expectRefusal(await create('nobody'), 400, 'userId');
    const changed = await refusing.api.request('PATCH', `/orders/${orderId}`, { body: { userId } });
    await expectRefusal(changed, 400, 'userId');
  });

  it('take no wrong step, by either way', async () => {
    const patched = await refusing.api.request('PATCH', `/orders/${orderId}`, {
      body: { status: 'delivered', notes: 'x' },
    });
    await expectRefusal(patched, 409);
    const body = { note: 'x', status: 'refunded' };
    await expectRefusal(await refusing.api.request('POST', `/orders/${orderId}/timeline`, { body }), 409);
  });

  it.each([
    [{}],
    [{ note: '' }],
    [{ note: 'x'.repeat(1_001) }],
    [{ note: 'x', at: '2020' }],
    [{ status: 'processing' }],
  ])('are told of by no %j', async (body) => {
    await expectRefusal(await refusing.api.request('POST', `/orders/${orderId}/timeline`, { body }), 400);
  });

  it('that are not there cannot be read, changed, told of or erased', async () => {
    for (const [method, path, body] of [
      ['GET', `/orders/${UNKNOWN_ORDER}`],
      ['PATCH', `/orders/${UNKNOWN_ORDER}`, { notes: 'x' }],
      ['POST', `/orders/${UNKNOWN_ORDER}/timeline`, { note: 'x' }],
      ['DELETE', `/orders/${UNKNOWN_ORDER}`],
      ['GET', `/users/${UNKNOWN_USER}/orders`],
    ] as const) {
      await expectRefusal(await refusing.api.request(method, path, body ? { body } : {}), 404);
    }
  });
});
