import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { schemaChecks, schemaFacts } from '../../../api/database/schema-checks.ts';
import { migrate } from '../../../api/sql/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';

const TABLE = 'kv_store_3cbf86a5';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The checks that fail in the eyes of a session that first runs these statements, which are undone. */
async function redAfter(statements: string, on = database, table = TABLE) {
  const client = new pg.Client({ connectionString: on.url });
  await client.connect();
  try {
    await client.query(`begin; ${statements}`);
    const { rows } = await client.query("select public.crm_get_schema('{}') as facts");
    return schemaChecks(schemaFacts.parse(rows[0].facts), table).filter(({ ok }) => !ok);
  } finally {
    await client.end();
  }
}

it('finds nothing wrong after a migration, whoever asks', async () => {
  expect(await redAfter('select 1')).toEqual([]);
  expect(await redAfter('set local role service_role')).toEqual([]);
});

it('sees that row level security hides rows from the role that asks', async () => {
  const reader = 'create role crm_schema_reader in role service_role; set local role crm_schema_reader';
  expect(await redAfter(reader)).toMatchObject([
    {
      name: 'row_level_security',
      found: expect.stringContaining('crm_schema_reader of this API does not see every row'),
    },
  ]);
});

it('names the grants that the role which asks lacks, also of what it may not look into', async () => {
  const outsider = `create role crm_outsider; grant execute on function public.crm_get_schema(jsonb) to crm_outsider;
    set local role crm_outsider`;
  const failed = await redAfter(outsider);
  expect(failed.map(({ name }) => name)).toEqual(['version', 'row_level_security', 'grants', 'functions']);
  const { remedy } = failed.find(({ name }) => name === 'grants') ?? {};
  expect(remedy).toMatch(/^Run in SQL: grant .* to crm_outsider;$/);
  const granted = `reset role; ${remedy?.replace('Run in SQL: ', '')} alter role crm_outsider bypassrls; set local role crm_outsider`;
  expect(await redAfter(`${outsider}; ${granted}`)).toEqual([]);
});

it('sees triggers that are passed over as on a replica', async () => {
  const failed = await redAfter('set local session_replication_role = replica');
  expect(failed).toMatchObject([{ name: 'triggers', remedy: expect.stringContaining('session_replication_role') }]);
  const always = `alter table ${TABLE} enable always trigger crm_log_write, enable always trigger crm_log_truncate`;
  expect(await redAfter(`${always}; set local session_replication_role = replica`)).toEqual([]);
});

it('compares a table of another name with itself, and needs no role of Supabase to be content', async () => {
  const other = await createTestDatabase('empty');
  try {
    await migrate(other.url, 'kv_store_x');
    expect(await redAfter('select 1', other, 'kv_store_x')).toEqual([]);
    expect(
      await redAfter('alter table kv_store_x disable trigger crm_log_truncate', other, 'kv_store_x'),
    ).toMatchObject([
      { name: 'triggers', remedy: 'Run in SQL: alter table public.kv_store_x enable trigger crm_log_truncate;' },
    ]);
  } finally {
    await other.drop();
  }
});

it('names a trigger of somebody else that runs after our writes, and leaves it to them', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`begin; create trigger webhook after insert on ${TABLE} for each row execute function crm.log_change();
    create trigger asleep before insert on ${TABLE} for each row execute function crm.log_change();
    alter table ${TABLE} disable trigger asleep`);
  const { rows } = await client.query("select public.crm_get_schema('{}') as facts");
  await client.end();
  const triggers = schemaChecks(schemaFacts.parse(rows[0].facts), TABLE).find(({ name }) => name === 'triggers');
  expect(triggers).toMatchObject({ ok: true, found: expect.stringContaining('trigger webhook not ours') });
  expect(triggers?.found).not.toContain('asleep');
});

it('names a second function of one name also after a migration, which did not make it', async () => {
  const other = await createTestDatabase();
  try {
    await other.sql('create function crm.iso(moment text) returns text language sql as $$ select moment $$');
    await migrate(other.url, TABLE);
    const remedy = 'Run in SQL: drop function crm.iso(moment text);';
    expect(await redAfter('select 1', other)).toMatchObject([{ name: 'functions', remedy }]);
  } finally {
    await other.drop();
  }
});

it('has another digest for a function whose text, rights or settings are others, and the same for whoever asks', async () => {
  const digest = async (statements: string) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`begin; ${statements}`);
    const { rows } = await client.query(
      "select crm.function_digests() ->> 'crm.iso(moment timestamp with time zone)' as digest",
    );
    await client.end();
    return rows[0].digest as string;
  };
  const [plain, elsewhere, definer, volatile, setting] = await Promise.all(
    [
      'select 1',
      'set local search_path = crm, public',
      'alter function crm.iso security definer',
      'alter function crm.iso volatile',
      'alter function crm.iso set search_path = public',
    ].map(digest),
  );
  expect(plain).toMatch(/^[0-9a-f]{32}$/);
  expect(elsewhere).toBe(plain);
  expect(new Set([plain, definer, volatile, setting]).size).toBe(4);
});
