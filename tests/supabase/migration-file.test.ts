import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { captureLead } from '../contract/operations.ts';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { type EdgeApi, startEdgeApi } from '../rig/edge-api.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'api/supabase/migrations');
const TABLE = 'kv_store_3cbf86a5';

const files = readdirSync(FOLDER);
const script = readFileSync(join(FOLDER, files[0] ?? ''), 'utf8');

it('is one file, which the CLI takes for a migration, and is what the SQL of this version makes', () => {
  expect(files).toEqual([expect.stringMatching(/^\d{14}_[a-z_]+\.sql$/)]);
  const printed = execFileSync(process.execPath, [join(ROOT, 'api/sql/print.ts'), '--no-transaction'], {
    encoding: 'utf8',
  });
  expect(script, `Write it anew: npm run --silent sql -- --no-transaction > api/supabase/migrations/${files[0]}`).toBe(
    printed,
  );
  expect(script).not.toMatch(/^(begin|commit);$/m);
});

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
      ${script}
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

/** What `supabase db push` does: the statements of a file in one transaction, and once more when a person does. */
async function push(database: TestDatabase): Promise<void> {
  for (let i = 0; i < 2; i++) await database.sql(`begin;\n${script}\ncommit;`);
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
    await push(database);
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
