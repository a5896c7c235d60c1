import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, createUser, expectSqlState, type StoredRow } from '../call.ts';

interface Converted {
  lead: StoredRow;
  user: StoredRow;
  created: boolean;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const convert = (id: string, more: object = {}) =>
  call<Converted>(database, 'crm_convert_lead', { id, actor: 'key:admin', ...more });

it('makes a user of the lead, and again gives the same and writes nothing', async () => {
  const id = await captureLead(database, { email: 'new@example.com', name: 'Nia', phone: '1', message: 'kitchen' });
  const first = await convert(id);
  expect(first).toMatchObject({
    created: true,
    lead: { value: { status: 'converted', convertedToUserId: first.user.value.id } },
    user: { value: { email: 'new@example.com', name: 'Nia', phone: '1', accountStatus: 'active', totalOrders: 0 } },
  });
  expect(first.user.value).not.toHaveProperty('message');
  expect(await convert(id)).toEqual({ ...first, created: false });
});

it('takes the user who has that email already, as they are', async () => {
  const userId = await createUser(database, { email: 'HAS@example.com', name: 'Old' });
  const id = await captureLead(database, { email: 'has@EXAMPLE.com', name: 'New' });
  expect(await convert(id)).toMatchObject({ created: false, user: { value: { id: userId, name: 'Old' } } });
});

it('of five leads with one email at once makes one user, called by the email where there is no name', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => captureLead(database, { email: 'five@example.com' })));
  const converted = await Promise.all(ids.map((id) => convert(id)));
  expect(new Set(converted.map(({ user }) => user.value.id)).size).toBe(1);
  expect(converted.filter(({ created }) => created)).toHaveLength(1);
  expect(converted[0]?.user.value.name).toBe('five@example.com');
});

it('makes another user when the first was deleted', async () => {
  const id = await captureLead(database, { email: 'gone@example.com' });
  const first = await convert(id);
  await database.sql('delete from kv_store_3cbf86a5 where key = $1', [first.user.key]);
  const second = await convert(id);
  expect(second.created).toBe(true);
  expect(second.lead.value.convertedToUserId).toBe(second.user.value.id);
});

it('of no lead is CRM04, of another version or a row that is none CRM09, and makes nobody', async () => {
  const id = await captureLead(database, { email: 'odd@example.com' });
  await expectSqlState(convert(id, { ifMatch: 'old' }), 'CRM09');
  await expectSqlState(convert('lead_1_nobody'), 'CRM04');
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_1_odd', '{"id":"lead_1_x","email":"odd@example.com"}')`,
  );
  await expectSqlState(convert('lead_1_odd'), 'CRM09');
  await expectSqlState(call(database, 'crm_get_user_by_email', { email: 'odd@example.com' }), 'CRM04');
});

it.each([1_001, 5_000])(
  'with an email of %i octets, for which no lookup can be, is CRM09 and makes nobody',
  async (octets) => {
    const email = `${Array.from({ length: octets - 12 }, (_, i) => (i * i * 7919).toString(36).at(-1)).join('')}@example.com`;
    await database.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [
      `lead:lead_1_${octets}`,
      JSON.stringify({ id: `lead_1_${octets}`, email }),
    ]);
    await expectSqlState(convert(`lead_1_${octets}`), 'CRM09');
    expect(
      await database.sql("select from kv_store_3cbf86a5 where value ->> 'email' = $1 and key ~ '^user:'", [email]),
    ).toEqual([]);
  },
);

it('into a row that is no user is CRM09 and leaves the lead as it was', async () => {
  const userId = await createUser(database, { email: 'bent@example.com' });
  await database.sql(`update kv_store_3cbf86a5 set value = value || '{"totalOrders": "3"}' where key = $1`, [
    `user:${userId}`,
  ]);
  const id = await captureLead(database, { email: 'bent@example.com' });
  await expectSqlState(convert(id), 'CRM09');
  const lead = await call<StoredRow>(database, 'crm_get_lead', { id });
  expect(lead.value).toMatchObject({ status: 'new' });
  expect(lead.value).not.toHaveProperty('convertedToUserId');
});
