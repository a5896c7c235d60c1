import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestHex, rowDigest } from '../../../shared/proof/digest.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';

interface Written {
  key: string;
  text: string;
  digest: string;
  transactionId: string;
  leftovers: number;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const write = (id: string) => call<Written>(database, 'crm_write_canary', { id, nonce: 'of-the-test' });
const canaries = () => database.sql("select key from kv_store_3cbf86a5 where key ~ '^canary' order by key");

it('is stored, read back, removed, and leaves no entry in the change log', async () => {
  const id = crypto.randomUUID();
  const written = await write(id);
  expect(written.key).toBe(`canary:${id}`);
  expect(JSON.parse(written.text)).toEqual({ nonce: 'of-the-test', at: expect.any(String) });
  expect(written.digest).toBe(digestHex(await rowDigest(written.key, written.text)));
  expect(await call(database, 'crm_get_canary', { id })).toEqual({ text: written.text, digest: written.digest });
  expect(await call(database, 'crm_remove_canary', { id })).toEqual({ removed: true });
  expect(await call(database, 'crm_get_canary', { id })).toEqual({ text: null, digest: null });
  expect(await call(database, 'crm_remove_canary', { id })).toEqual({ removed: false });
  expect(await database.sql('select key from crm.changes')).toEqual([]);
});

it('takes those along that interrupted runs left, and no other row', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value, created_at) values
      ('canary:00000000-0000-4000-8000-000000000001', '{}', now() - interval '6 minutes'),
      ('canary:00000000-0000-4000-8000-000000000002', '{}', now() - interval '1 minute'),
      ('canary:of-somebody-else', '{}', now() - interval '1 day'),
      ('canary', '{}', now() - interval '1 day'),
      ('lead:lead_1_a', '{}', now() - interval '1 day')`,
  );
  const id = crypto.randomUUID();
  expect((await write(id)).leftovers).toBe(1);
  expect((await write(crypto.randomUUID())).leftovers).toBe(0);
  await database.sql(`delete from kv_store_3cbf86a5 where key ~ '^canary:[0-9a-f-]{36}$'`);
  expect(await canaries()).toEqual([{ key: 'canary' }, { key: 'canary:of-somebody-else' }]);
  await database.sql('delete from kv_store_3cbf86a5');
});

it('while it stands counts as nothing and stands in no list', async () => {
  const lead = await captureLead(database);
  await call(database, 'crm_add_seed', { actor: 'key:admin' });
  const lists = async () => ({
    leads: await call(database, 'crm_list_leads', { limit: 200, total: '1' }),
    users: await call(database, 'crm_list_users', { limit: 200, total: '1' }),
    orders: await call(database, 'crm_list_orders', { limit: 200, total: '1' }),
    stats: await call(database, 'crm_get_stats', { days: 30, timeZone: 'UTC' }),
    rows: await call(database, 'crm_list_stored_rows', { entity: 'leads', limit: 200, whole: true }),
    strays: await database.sql('select crm.has_stray_keys()'),
  });
  /** Without what moves by itself. */
  const shown = async () =>
    JSON.stringify(await lists(), (name, value) => (['asOf', 'changesCursor'].includes(name) ? null : value));
  const before = await shown();
  expect(before).toContain(lead);
  await write(crypto.randomUUID());
  expect(await canaries()).toHaveLength(1);
  expect(await shown()).toBe(before);
});

it('reaches no row but its own: an id that is no UUID is refused', async () => {
  const lead = await captureLead(database);
  await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('canary:x', '{}')");
  const before = await database.sql('select key, xmin::text from kv_store_3cbf86a5 order by key');
  for (const name of ['crm_write_canary', 'crm_get_canary', 'crm_remove_canary'] as const)
    for (const id of ['x', '', `../lead:${lead}`, '%'])
      await expectSqlState(call(database, name, { id, nonce: 'of-the-test' }), '22P02');
  expect(await database.sql('select key, xmin::text from kv_store_3cbf86a5 order by key')).toEqual(before);
});
