import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../api/sql/migrate.ts';
import { migrationScript } from '../../../api/sql/script.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { type Captured, call, capture, captureLead, createOrder, createUser, expectSqlState } from '../call.ts';
import { dumpSchema } from './dump.ts';

const TABLE = 'kv_store_3cbf86a5';
const FOLDER = join(import.meta.dirname, '../../../api/supabase/migrations');

/** The newest file is this version, the others are what each release made. */
const RELEASED = readdirSync(FOLDER).sort().slice(0, -1);
const SUBMISSION = crypto.randomUUID();

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('empty');
});
afterEach(() => database.drop());

const install = (file: string) => database.sql(`begin;\n${readFileSync(join(FOLDER, file), 'utf8')}\ncommit;`);

/** Everything a database in use has, also of older installs. */
async function fill(): Promise<void> {
  await call(database, 'crm_add_seed', { actor: 'key:admin' });
  const ids: string[] = [];
  for (let i = 0; i < 10; i++)
    ids.push(await captureLead(database, { email: `lead${i}@example.com`, message: 'Grüße 🏡' }));
  await call(database, 'crm_capture_lead', capture({ email: 'once@example.com' }, { submissionId: SUBMISSION }));
  await call(database, 'crm_capture_lead', capture({ email: 'odd@example.com' }, { suspicions: ['decoy_filled'] }));
  await call(
    database,
    'crm_capture_lead',
    capture({ email: 'x@example.com' }, { limits: { perAddress: 5, perService: 5 } }),
  );
  await call(database, 'crm_update_lead', { id: ids[0], patch: { status: 'contacted', notes: 'called' }, actor: 'me' });
  await call(database, 'crm_convert_lead', { id: ids[1], actor: 'me' });
  await call(database, 'crm_delete_lead', { id: ids[2], actor: 'me' });
  const user = await createUser(database);
  const order = await createOrder(database, user);
  await call(database, 'crm_update_order', { id: order.value.id, patch: { status: 'processing' }, actor: 'me' });
  await database.sql(`insert into ${TABLE} (key, value, created_at) values
    ('canary:of-somebody', '1', null), ('theirs', '{"b": 1.50, "a": [null, "\\u00fc"]}', null)`);
  await database.sql(`update ${TABLE} set value = value || '{"passwordHash": "$2b$10$x"}' where key = 'user:${user}'`);
}

/** Every row of the table and of schema crm, and where it lies. */
async function rows(): Promise<Record<string, unknown>> {
  const tables = ['crm.changes', 'crm.submissions', 'crm.held_submissions', 'crm.rate_buckets', 'crm.order_numbers'];
  const found: Record<string, unknown> = {
    settings: await database.sql(
      "select ctid::text, xmin::text, t::text from crm.settings as t where name = 'hash_key'",
    ),
  };
  for (const name of [`public.${TABLE}`, ...tables]) {
    const of = await database.sql(
      `select ctid::text, xmin::text, t::text from ${name} as t order by t::text collate "C"`,
    );
    expect(of, name).not.toEqual([]);
    found[name] = of;
  }
  return found;
}

const report = async () => {
  const { verdict, counts, digests } = await call(database, 'crm_get_sync');
  return { verdict, counts, digests };
};

describe.each(RELEASED)('a database of release %s', (file) => {
  it('keeps every row to the byte and the place, is in sync, and has the schema of a new one', async () => {
    await install(file);
    await fill();
    const [before, said] = [await rows(), await report()];
    expect(said.verdict).toBe('synced');
    await migrate(database.url, TABLE);
    expect(await rows()).toEqual(before);
    expect(await report()).toEqual(said);

    const fresh = await createTestDatabase();
    try {
      expect(await dumpSchema(database, true)).toBe(await dumpSchema(fresh, true));
      const ran = 'select number, name, checksum from crm.migrations order by number';
      expect(await database.sql(ran)).toEqual(await fresh.sql(ran));
      const made = "select name, value from crm.settings where name <> 'hash_key' order by name";
      expect(await database.sql(made)).toEqual(await fresh.sql(made));
    } finally {
      await fresh.drop();
    }
  });

  it('works on: an old submission is known again, and new leads and orders are stored', async () => {
    await install(file);
    await fill();
    const once = capture({ email: 'once@example.com' }, { submissionId: SUBMISSION });
    const first = await call<Captured>(database, 'crm_capture_lead', once);
    await migrate(database.url, TABLE);
    expect(await call(database, 'crm_capture_lead', once)).toEqual({ ...first, replayed: true });
    await captureLead(database);
    const { value } = await createOrder(database, await createUser(database));
    expect(value.orderNumber).toMatch(/^VS-\d{4}-000005$/);
    await call(database, 'crm_remove_seed', { actor: 'me' });
    expect((await report()).verdict).toBe('synced');
  });

  it('is brought up to date by a pasted script too, any number of times', async () => {
    await install(file);
    await fill();
    const before = await rows();
    for (let i = 0; i < 2; i++) await database.sql(migrationScript(TABLE));
    expect(await rows()).toEqual(before);
  });

  it('refuses the SQL of its release after the upgrade, and changes nothing', async () => {
    await install(file);
    await migrate(database.url, TABLE);
    const before = await dumpSchema(database, true);
    const error = await expectSqlState(install(file), 'P0001');
    expect(error.hint).toMatch(/newer release/);
    await database.sql('rollback');
    expect(await dumpSchema(database, true)).toBe(before);
  });
});
