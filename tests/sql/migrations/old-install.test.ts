import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../../api/sql/migrate.ts';

const TABLE = 'kv_store_3cbf86a5';

let name: string;
let client: pg.Client;

async function onServer(statement: string): Promise<void> {
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  await server.query(statement).finally(() => server.end());
}

/** A database as the first installs have it: two columns, a collation that is not "C", rows written by hand and by the app. */
async function oldInstall(collation: string, security: boolean): Promise<string> {
  name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name} template template0 ${collation}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`
    create table ${TABLE} (key text not null primary key, value jsonb not null);
    grant all on ${TABLE} to public, anon, authenticated;
    grant select (key, value), update (value) on ${TABLE} to anon;
    ${security ? `alter table ${TABLE} enable row level security; create policy everybody on ${TABLE} for all to public using (true) with check (true);` : ''}
    insert into ${TABLE} (key, value)
    select 'lead:lead_' || 1700000000000 + i || '_abc' || i, jsonb_build_object('id', 'lead_' || 1700000000000 + i || '_abc' || i,
      'email', 'Lead' || i || '@Example.com', 'status', 'new', 'legacyScore', i, 'createdAt', '2023-11-14T22:13:20.000Z')
    from generate_series(1, 1000) as i;
    insert into ${TABLE} (key, value)
    select 'user:user_' || 1700000000000 + i || '_u' || i, jsonb_build_object('id', 'user_' || 1700000000000 + i || '_u' || i,
      'email', 'user' || i || '@example.com', 'password', '$2b$10$hash' || i, 'totalSpent', 10.50)
    from generate_series(1, 240) as i;
    insert into ${TABLE} (key, value)
    select 'user:email:user' || i || '@example.com', to_jsonb('user_' || 1700000000000 + i || '_u' || i) from generate_series(1, 240) as i;
    insert into ${TABLE} (key, value) values
      ('lead:lead_1700000002000_nomail', '{"id": "lead_1700000002000_nomail", "password": "$2b$10$lead"}'),
      ('lead:lead_1700000002001_text', '"not an object"'),
      ('lead:legacy-key', '{"id": "legacy-key", "email": "x@example.com"}'),
      ('orders:index', '{"not": "an array"}');
    insert into ${TABLE} (key, value)
    select 'leads:index', jsonb_agg(substr(key, 6) order by key desc) from (
      select key from ${TABLE} where key like 'lead:lead\\_%' order by key limit 560) as indexed;
  `);
  return url.href;
}

afterEach(async () => {
  await client.end();
  await onServer(`drop database ${name} with (force)`);
});

const rows = async () =>
  (await client.query(`select key, value::text, ctid::text, xmin::text from ${TABLE} order by key collate "C"`)).rows;
const call = async (fn: string, payload: object) =>
  (await client.query(`select public.${fn}($1) as result`, [JSON.stringify(payload)])).rows[0].result;

describe.each([
  ["of ICU's English", "locale_provider icu icu_locale 'en-US' locale 'C'", true],
  ['of C.UTF-8', "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'", false],
])('an old install with a collation %s', (_, collation, security) => {
  it('keeps every row as it was, to the byte and the place', async () => {
    const url = await oldInstall(collation, security);
    const before = await rows();
    expect(before).toHaveLength(1485);
    await migrate(url, TABLE);
    expect(await rows()).toEqual(before);
    const { rows: dated } = await client.query(
      `select count(*)::int as dated from ${TABLE} where created_at is not null`,
    );
    expect(dated).toEqual([{ dated: 0 }]);
    await migrate(url, TABLE);
    expect(await rows()).toEqual(before);
    const { rows: changes } = await client.query('select 1 from crm.changes');
    expect(changes).toEqual([]);
  });

  it('is closed to strangers, whatever they were granted', async () => {
    const url = await oldInstall(collation, security);
    await client.query(`set role anon; select * from ${TABLE} limit 1; reset role`);
    await migrate(url, TABLE);
    for (const role of ['anon', 'authenticated']) {
      for (const statement of [
        `select key from ${TABLE}`,
        `update ${TABLE} set value = '{}'`,
        `select value from ${TABLE}`,
      ]) {
        await client.query(`set role ${role}`);
        await expect(client.query(statement), `${role}: ${statement}`).rejects.toMatchObject({ code: '42501' });
        await client.query('reset role');
      }
    }
    const { rows: state } = await client.query(`select relrowsecurity from pg_class where oid = '${TABLE}'::regclass`);
    expect(state).toEqual([{ relrowsecurity: true }]);
  });

  it('lists every lead once in byte order, with the malformed ones, and shows no password', async () => {
    const url = await oldInstall(collation, security);
    await migrate(url, TABLE);
    const keys: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { rows: { key: string; value: unknown }[]; nextCursor: string | null } = await call(
        'crm_list_leads',
        { limit: 200, cursor },
      );
      expect(JSON.stringify(page)).not.toMatch(/password|2b\$10/);
      keys.push(...page.rows.map(({ key }) => key));
      cursor = page.nextCursor;
    } while (cursor);
    expect(keys).toHaveLength(1002);
    expect(keys).toEqual([...keys].sort().reverse());
    expect(keys).toContain('lead:lead_1700000002001_text');
    expect(JSON.stringify(await call('crm_get_lead', { id: 'lead_1700000002000_nomail' }))).not.toMatch(
      /password|2b\$10/,
    );
  });

  it('takes new leads on an index that holds far more than 200 ids, and loses none of them', async () => {
    const url = await oldInstall(collation, security);
    await migrate(url, TABLE);
    const old = (await client.query(`select value from ${TABLE} where key = 'leads:index'`)).rows[0].value as string[];
    expect(old).toHaveLength(560);
    const captured: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { leadId } = await call('crm_capture_lead', {
        lead: { email: 'new@example.com' },
        limits: { perAddress: 0, perService: 0 },
        suspicions: [],
      });
      captured.unshift(leadId);
    }
    const index = (
      await client.query(
        `select value from ${TABLE} where key ~ '^leads:index' order by nullif(split_part(key, ':', 3), '')::integer desc nulls first`,
      )
    ).rows as { value: string[] }[];
    expect(index[0]?.value.length).toBeLessThanOrEqual(200);
    expect(index.flatMap(({ value }) => value)).toEqual([...captured, ...old]);
  });
});
