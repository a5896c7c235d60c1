import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyReply } from '../../shared/contract/changes.ts';
import { convertedReply } from '../../shared/contract/lead.ts';
import { userDeletedReply, userReply, usersReply } from '../../shared/contract/user.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { captureLead, createUser, newUser } from './operations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const one = async (reply: Response) => userReply.parse(await reply.json()).user;
const read = async (id: string) => one(await api.request('GET', `/users/${id}`));
const patch = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  api.request('PATCH', `/users/${id}`, { body, headers });

it('are created, found by id and by email in any case, listed, changed and erased', async () => {
  const address = { line1: '1 Jalan Satu', line2: '', city: 'Ipoh' };
  const body = newUser({
    email: 'Ann@Example.com',
    address,
    preferences: { style: 'rattan', rooms: ['bath'], news: true },
  });
  const created = await api.request('POST', '/users', { body });
  expect(created.status).toBe(201);
  const user = await one(created);
  expect(created.headers.get('ETag')).toBe(`"${user.updatedAt}"`);
  expect(user).toMatchObject({ accountStatus: 'active', totalOrders: 0, totalSpent: 0, loyaltyPoints: 0 });
  expect(user.address).toEqual({ line1: '1 Jalan Satu', city: 'Ipoh' });
  expect(await one(await api.request('GET', '/users/email/aNN%40example.com'))).toEqual(user);
  expect(await read(user.id)).toEqual(user);

  const changed = await one(
    await patch(user.id, { phone: '123', address: { state: 'Perak' }, preferences: { news: null } }),
  );
  expect(changed).toMatchObject({ phone: '123', address: { ...(user.address as object), state: 'Perak' } });
  expect(changed.preferences).toEqual({ style: 'rattan', rooms: ['bath'] });
  const late = await patch(user.id, { phone: '4' }, { 'If-Match': `"${user.updatedAt}"` });
  expect(late.status).toBe(409);

  const query = '/users?q=ann%40example&accountStatus=active&total=1';
  const list = usersReply.parse(await (await api.request('GET', query)).json());
  expect(list).toMatchObject({ users: [changed], malformed: [], nextCursor: null, total: 1 });

  const erased = await api.request('DELETE', `/users/${user.id}`);
  expect(userDeletedReply.parse(await erased.json()).deleted).toBe(user.id);
  expect((await api.request('GET', '/users/email/ann@example.com')).status).toBe(404);
  const { history } = historyReply.parse(await (await api.request('GET', `/users/${user.id}/history`)).json());
  expect(history.map(({ operation, fields }) => [operation, fields])).toEqual([
    ['insert', {}],
    ['update', {}],
    ['delete', {}],
  ]);
});

it.each(['token', 'Reset_Token', 'password', 'otp'])(
  'take no preference called %s, which nobody would be shown',
  async (name) => {
    const fields = { [`preferences.${name}`]: expect.stringContaining('secret') };
    const refused = { error: { code: 'invalid_request', fields } };
    const preferences = { [name]: 'x' };
    const created = await api.request('POST', '/users', { body: newUser({ preferences }) });
    expect([created.status, await created.json()]).toMatchObject([400, refused]);
    const id = await createUser(api, { preferences: { style: 'oak' } });
    expect(await (await patch(id, { preferences })).json()).toMatchObject(refused);
    // Rows of older installs may have one, and it can be removed.
    expect((await patch(id, { preferences: { [name]: null } })).status).toBe(200);
  },
);

it('sign in until they are suspended', async () => {
  const id = await createUser(api);
  expect((await one(await api.request('POST', `/users/${id}/login`))).lastLogin).toBeTypeOf('string');
  await patch(id, { accountStatus: 'suspended' });
  expect((await api.request('POST', `/users/${id}/login`)).status).toBe(409);
});

describe('a row of an older install', () => {
  it('keeps its password hash, which no reply shows', async () => {
    const id = 'user_1700000000000_old';
    await api.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [
      `user:${id}`,
      JSON.stringify({
        id,
        email: 'old@b.co',
        password: '$2b$10$hash',
        legacy: 1,
        totalSpent: 10.5,
        address: 'somewhere',
      }),
    ]);
    const reply = await patch(id, { name: 'Old', address: { line1: '1', city: 'x' } });
    const replies = [
      await reply.text(),
      await (await api.request('GET', `/users/${id}`)).text(),
      await (await api.request('GET', '/users?q=old')).text(),
      await (await api.request('GET', `/users/${id}/history`)).text(),
      await (await api.request('GET', '/changes?limit=200')).text(),
    ];
    expect(replies.join()).not.toMatch(/2b\$10/);
    expect(userReply.parse(JSON.parse(replies[0] ?? '')).user).toMatchObject({
      legacy: 1,
      totalSpent: 10.5,
      name: 'Old',
    });
    const [row] = await api.sql('select value from kv_store_3cbf86a5 where key = $1', [`user:${id}`]);
    expect(row?.value).toMatchObject({ password: '$2b$10$hash' });
  });

  it('that is no user is named in the list, is a 409 alone, and can be erased', async () => {
    await api.sql(`insert into kv_store_3cbf86a5 (key, value) values ('user:user_1_odd', '"odd"')`);
    const { malformed } = usersReply.parse(await (await api.request('GET', '/users?limit=200')).json());
    expect(malformed).toMatchObject([{ key: 'user:user_1_odd' }]);
    expect((await api.request('GET', '/users/user_1_odd')).status).toBe(409);
    expect((await patch('user_1_odd', { name: 'x' })).status).toBe(409);
    expect((await api.request('DELETE', '/users/user_1_odd')).status).toBe(200);
  });
});

it('come of leads: once, with the lead saying whose it became', async () => {
  const lead = await captureLead(api, { email: 'lead@example.com', name: 'Lee' });
  const convert = async () => convertedReply.parse(await (await api.request('POST', `/leads/${lead}/convert`)).json());
  const first = await convert();
  expect(first).toMatchObject({ created: true, lead: { status: 'converted' }, user: { email: 'lead@example.com' } });
  expect(first.lead.convertedToUserId).toBe(first.user.id);
  expect(await convert()).toEqual({ ...first, created: false });
});
