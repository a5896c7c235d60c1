import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { captureLead } from '../contract/operations.ts';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { type EdgeApi, startEdgeApi } from '../rig/edge-api.ts';

const FOLDER = join(import.meta.dirname, '../../api/supabase/migrations');
const TABLE = 'kv_store_3cbf86a5';

/** What `supabase db push` runs on a new project; on one that has the others, only the last. */
const scripts = readdirSync(FOLDER)
  .sort()
  .map((file) => readFileSync(join(FOLDER, file), 'utf8'));

it('needs no superuser: the owner of a hosted project is none', async () => {
  const database = await createTestDatabase('empty');
  try {
    const name = new URL(database.url).pathname.slice(1);
    await database.sql(`
      begin;
      create role crm_owner;
      grant create on database ${name} to crm_owner;
      grant create on schema public to crm_owner;
      set local role crm_owner;
      ${scripts.join('\n')}
      reset role;
      set local role service_role;
      select public.crm_check_health('{}');
      rollback;`);
  } finally {
    await database.drop();
  }
});

const GRANTS_OF_OLD_PROJECTS = `
  alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
  alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
  grant usage on schema public to anon, authenticated, service_role;
`;

/** Each file is one transaction. */
async function push(database: TestDatabase, files: string[]): Promise<void> {
  for (const script of files) await database.sql(`begin;\n${script}\ncommit;`);
}

describe.each([
  [
    'a new project, which grants nothing by itself',
    'alter default privileges revoke execute on functions from public;',
  ],
  ['an old project, which grants everything to everybody', GRANTS_OF_OLD_PROJECTS],
  [
    'a project of Figma Make, which made the table and granted it',
    `${GRANTS_OF_OLD_PROJECTS}
     create table ${TABLE} (key text not null primary key, value jsonb not null);
     insert into ${TABLE} values ('lead:lead_1700000000000_abc', '{"id": "lead_1700000000000_abc", "email": "old@b.co"}')`,
  ],
])('on %s', (_, preparation) => {
  let api: EdgeApi | undefined;
  let database: TestDatabase | undefined;
  afterEach(async () => {
    await (api ?? { close: () => database?.drop() }).close();
    api = undefined;
  });

  it('everything works through PostgREST for the API, and nothing for anybody else', async () => {
    database = await createTestDatabase('empty');
    await database.sql(preparation);
    // The last one once more, as a person may who pastes it.
    await push(database, [...scripts, ...scripts.slice(-1)]);
    api = await startEdgeApi({ database });
    const { project } = api;
    expect((await api.request('GET', '/health')).status).toBe(200);
    const id = await captureLead({ ...api, incidents: [] });
    expect((await api.request('PATCH', `/leads/${id}`, { body: { status: 'contacted' } })).status).toBe(200);
    expect((await api.request('GET', '/leads?total=1')).status).toBe(200);

    const headers = { apikey: project.keys.publishable, 'Content-Type': 'application/json' };
    const names = await database.sql<{ name: string }>(
      "select proname as name from pg_proc where pronamespace = 'public'::regnamespace and starts_with(proname, 'crm_')",
    );
    const asked = [
      fetch(`${project.url}/rest/v1/${TABLE}`, { headers }),
      ...names.map(({ name }) =>
        fetch(`${project.url}/rest/v1/rpc/${name}`, { method: 'POST', headers, body: '{"payload":{}}' }),
      ),
    ];
    for (const reply of await Promise.all(asked)) {
      expect(reply.status, reply.url).toBe(401);
      expect(await reply.json(), reply.url).toMatchObject({ code: '42501' });
    }
  });
});

it('a project of an earlier release is upgraded by the newest file alone, and its rows stay as they are', async () => {
  const database = await createTestDatabase('empty');
  await database.sql(GRANTS_OF_OLD_PROJECTS);
  await push(database, scripts.slice(0, -1));
  await database.sql(`select public.crm_add_seed('{"actor": "key:admin"}')`);
  const rows = () =>
    database.sql(`select key, value::text, created_at, ctid::text, xmin::text from ${TABLE} order by key`);
  const before = await rows();
  expect(before.length).toBeGreaterThan(12);
  const api = await startEdgeApi({ database });
  try {
    const stale = await api.request('GET', '/health');
    expect([stale.status, await stale.json()]).toMatchObject([503, { error: { code: 'schema_missing' } }]);
    await push(database, scripts.slice(-1));
    expect(await rows()).toEqual(before);
    // PostgREST hears of it by the notification at the end of the file.
    await expect.poll(async () => (await api.request('GET', '/health')).status).toBe(200);
    const sync = await api.request('GET', '/sync');
    expect(await sync.json()).toMatchObject({
      report: { verdict: 'synced', counts: { leads: { rows: 6, indexed: 6 } } },
    });
    await captureLead({ ...api, incidents: [] });
  } finally {
    await api.close();
  }
});
