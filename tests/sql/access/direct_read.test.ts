import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../api/sql/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { captureLead, expectSqlState } from '../call.ts';

const TABLE = 'kv_store_3cbf86a5';
const USER = 'user_1700000000000_abc';

let database: TestDatabase;
let empty: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  empty = await createTestDatabase();
  await captureLead(database);
  await database.sql(
    `insert into ${TABLE} (key, value) values
      ('user:${USER}', '{"id": "${USER}", "email": "ann@example.com"}'),
      ('user:${USER}:orders', '["order_1700000000000_a"]'),
      ('user:email:ann@example.com', '"${USER}"'),
      ('order:order_1700000000000_a', '{"id": "order_1700000000000_a", "total": 10}'),
      ('user:user_1700000000001_b', '{"email": "b@example.com", "password": "$2b$10$secret"}'),
      ('user:user_1700000000002_c', '{"preferences": {"reset_token": "$2b$10$secret"}}'),
      ('lead:lead_1700000000000_old', '{"email": "c@example.com", "password": "$2b$10$secret"}'),
      ('lead:lead_1700000000001_form', '{"email": "d@example.com", "fields": {"password": "typed by a visitor"}}'),
      ('user:session:1', '{"refresh": "x"}'),
      ('canary:4845de72-e1bb-4357-86fb-ae24236b6899', '{"nonce": "x"}'),
      ('settings:stripe', '{"key": "sk_live"}'),
      ('userX1', '{}'),
      (E'lead:lead_1_a\\n', '{}')`,
  );
});
afterAll(async () => {
  await database.drop();
  await empty.drop();
});

type Claims = object | string | null;

/** Runs statements as PostgREST does: the role of the token, its claims in a setting. Gives the rows of the last one. */
async function asSession(claims: Claims, statement: string, on = database): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: on.url });
  await client.connect();
  try {
    await client.query('begin');
    const text = claims === null ? '' : typeof claims === 'string' ? claims : JSON.stringify(claims);
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [text]);
    await client.query('set local role authenticated');
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

const READERS = [{ app_metadata: { role: 'admin' } }, { app_metadata: { role: 'viewer', provider: 'email' } }];
const OTHERS: Claims[] = [
  null,
  {},
  { role: 'authenticated' },
  { role: 'admin' },
  { user_metadata: { role: 'admin' } },
  { app_metadata: null },
  { app_metadata: 'admin' },
  { app_metadata: ['admin'] },
  { app_metadata: { role: null } },
  { app_metadata: { role: 'Admin' } },
  { app_metadata: { role: ['admin'] } },
  { app_metadata: { roles: ['admin'] } },
  'null',
  '[]',
];

describe.each(READERS)('a session with %o', (claims) => {
  it('reads the rows of ours that hold no secret, and no others', async () => {
    const rows = await asSession(claims, `select key, value::text from ${TABLE} order by key collate "C"`);
    expect(rows.map(({ key }) => String(key).replace(/lead_\d{13}_[a-z0-9]{9}/, 'NEW'))).toEqual([
      'lead:lead_1700000000001_form',
      'lead:NEW',
      'leads:index',
      'order:order_1700000000000_a',
      'user:email:ann@example.com',
      `user:${USER}`,
      `user:${USER}:orders`,
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/2b\$10|sk_live|refresh/);
    const stored = await database.sql(`select value::text from ${TABLE} where key = 'user:${USER}'`);
    expect(rows.find(({ key }) => key === `user:${USER}`)?.value).toBe(stored[0]?.value);
  });

  it('learns nothing of hidden rows by a condition that tells', async () => {
    for (const condition of [
      `key = 'user:user_1700000000001_b'`,
      `value ->> 'password' like '$2b%'`,
      `(value ->> 'password') is not null and 1 / (case when value ->> 'password' like '$2b$10$s%' then 0 else 1 end) = 1`,
    ]) {
      const rows = await asSession(claims, `select key from ${TABLE} where ${condition}`);
      expect(JSON.stringify(rows)).not.toMatch(/user_170000000000[12]|_old/);
    }
    expect(await asSession(claims, `select count(*)::int as n from ${TABLE}`)).toEqual([{ n: 7 }]);
  });

  it('finds an empty table empty', async () => {
    expect(await asSession(claims, `select * from ${TABLE}`, empty)).toEqual([]);
  });

  it.each([
    `insert into ${TABLE} (key, value) values ('lead:lead_1_a', '{}')`,
    `insert into ${TABLE} (key, value) values ('lead:lead_1_a', '{}') on conflict (key) do update set value = '{}'`,
    `update ${TABLE} set value = '{}'`,
    `update ${TABLE} set value = '{}' where key = 'leads:index'`,
    `delete from ${TABLE}`,
    `truncate ${TABLE}`,
    `select * from ${TABLE} for update`,
    `create policy mine on ${TABLE} using (true)`,
    `alter table ${TABLE} disable row level security`,
    `select crm.require_reader()`,
    `select crm.shown_directly('leads:index', '[]')`,
    `select public.crm_list_leads('{"limit": 1}')`,
    'select * from crm.changes',
  ])('is refused: %s', async (statement) => {
    await expectSqlState(asSession(claims, statement), '42501');
  });
});

describe('a session that nobody let in', () => {
  it.each(OTHERS)('with the claims %j is refused, rather than shown an empty table', async (claims) => {
    for (const on of [database, empty]) {
      for (const statement of [
        `select key from ${TABLE}`,
        `select key, value from ${TABLE} where key = 'leads:index'`,
        `select count(*) from ${TABLE}`,
        `select 1 from ${TABLE} limit 1`,
        `select key from ${TABLE} order by key collate "C" desc limit 1`,
        `select exists (select from ${TABLE} where key = 'nothing')`,
      ]) {
        const error = await expectSqlState(asSession(claims, statement, on), '42501');
        expect(error.message).toBe(`permission denied for table ${TABLE}`);
      }
    }
  });

  it('is refused on a connection that planned the same query for an admin', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const read = async (claims: object) => {
      await client.query('begin');
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(claims)]);
      await client.query('set local role authenticated');
      const result = client.query({ name: 'kept', text: `select key from ${TABLE}` });
      return result.finally(() => client.query('rollback'));
    };
    try {
      for (let i = 0; i < 8; i++) expect((await read(READERS[0] ?? {})).rows).toHaveLength(7);
      await expectSqlState(read({ app_metadata: {} }), '42501');
    } finally {
      await client.end();
    }
  });

  it('with claims that are no JSON gets nothing either', async () => {
    await expectSqlState(asSession('{', `select key from ${TABLE}`), '22P02');
  });
});

describe('other policies of an older install', () => {
  it('do not widen the rule', async () => {
    const old = await createTestDatabase('empty');
    try {
      await old.sql(`create table ${TABLE} (key text primary key, value jsonb not null);
        alter table ${TABLE} enable row level security;
        create policy everybody on ${TABLE} for all to public using (true) with check (true);
        grant all on ${TABLE} to authenticated;
        insert into ${TABLE} values ('user:user_1_b', '{"password": "x"}'), ('lead:lead_1_a', '{"email": "a@b.co"}')`);
      await migrate(old.url, TABLE);
      await migrate(old.url, TABLE);
      await expectSqlState(asSession({}, `select key from ${TABLE}`, old), '42501');
      expect(await asSession(READERS[0] ?? null, `select key from ${TABLE}`, old)).toEqual([{ key: 'lead:lead_1_a' }]);
      await expectSqlState(asSession(READERS[0] ?? null, `delete from ${TABLE}`, old), '42501');
    } finally {
      await old.drop();
    }
  });
});
