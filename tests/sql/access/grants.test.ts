import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { capture, expectSqlState, orderDetails, type StoredRow } from '../call.ts';

let database: TestDatabase;
let functions: { name: string; arguments: string; oid: string }[];
beforeAll(async () => {
  database = await createTestDatabase();
  functions = await database.sql(
    `select n.nspname || '.' || p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments, p.oid::text
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'crm' or (n.nspname = 'public' and p.proname like 'crm\\_%')`,
  );
});
afterAll(() => database.drop());

const STRANGERS = ['anon', 'authenticated'] as const;

const READING = ['crm.require_reader()', 'crm.require_reader_early()', 'crm.shown_directly(text,jsonb)'];

describe.each(STRANGERS)('the role %s', (role) => {
  it('may do nothing to the table', async () => {
    for (const statement of [
      'select key from public.kv_store_3cbf86a5',
      "insert into public.kv_store_3cbf86a5 (key, value) values ('lead:lead_1_a', '{}')",
      "update public.kv_store_3cbf86a5 set value = '{}'",
      'delete from public.kv_store_3cbf86a5',
      'truncate public.kv_store_3cbf86a5',
    ]) {
      await expectSqlState(database.sqlAs(role, statement), '42501');
    }
  });

  it('may not look into schema crm', async () => {
    const tables = await database.sql<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'crm'",
    );
    expect(tables.length).toBeGreaterThan(4);
    for (const { name } of tables) await expectSqlState(database.sqlAs(role, `select * from crm.${name}`), '42501');
  });

  it('may call none of our functions', async () => {
    expect(functions.length).toBeGreaterThan(20);
    for (const { name, arguments: parameters } of functions.filter(({ name }) => name.startsWith('public.'))) {
      expect(parameters, name).toBe('payload jsonb');
      await expectSqlState(database.sqlAs(role, `select ${name}('{}')`), '42501');
    }
    const allowed = await database.sql<{ name: string }>(
      `select p.oid::regprocedure::text as name from pg_proc p where p.oid = any($1::oid[]) and has_function_privilege($2, p.oid, 'execute')`,
      [functions.map(({ oid }) => oid), role],
    );
    // Row level security calls these three in the reader's name; he himself lacks the schema they are in.
    expect(allowed.map(({ name }) => name).sort()).toEqual(role === 'anon' ? [] : READING);
    for (const { name, arguments: parameters } of functions.filter(({ name }) => name.startsWith('crm.'))) {
      const nulls =
        parameters === ''
          ? ''
          : parameters
              .split(',')
              .map(() => 'null')
              .join();
      await expectSqlState(database.sqlAs(role, `select ${name}(${nulls})`), '42501');
    }
  });
});

describe('the catalog', () => {
  it('lets nobody whom we did not name do anything', async () => {
    const granted = await database.sql(
      `select c.relname as name, a.grantee::regrole::text as grantee, a.privilege_type
       from pg_class c cross join lateral aclexplode(c.relacl) a
       where (c.relnamespace = 'crm'::regnamespace or c.relname = 'kv_store_3cbf86a5')
         and a.grantee not in (c.relowner, 'service_role'::regrole)`,
    );
    expect(granted).toEqual([{ name: 'kv_store_3cbf86a5', grantee: 'authenticated', privilege_type: 'SELECT' }]);
    const open = await database.sql('select proname from pg_proc where oid = any($1::oid[]) and proacl is null', [
      functions.map(({ oid }) => oid),
    ]);
    expect(open, 'functions that everybody may call, as nothing was revoked').toEqual([]);
  });

  it('has row level security on the table, and two policies for reading it with a session', async () => {
    expect(
      await database.sql("select relrowsecurity from pg_class where oid = 'public.kv_store_3cbf86a5'::regclass"),
    ).toEqual([{ relrowsecurity: true }]);
    expect(
      await database.sql(
        `select policyname, permissive, roles::text, cmd, qual ~ 'require_reader.*shown_directly' as guarded, with_check
         from pg_policies order by policyname`,
      ),
    ).toEqual([
      {
        policyname: 'crm_readers',
        permissive: 'PERMISSIVE',
        roles: '{authenticated}',
        cmd: 'SELECT',
        guarded: false,
        with_check: null,
      },
      {
        policyname: 'crm_readers_only',
        permissive: 'RESTRICTIVE',
        roles: '{authenticated}',
        cmd: 'ALL',
        guarded: true,
        with_check: 'false',
      },
    ]);
  });

  it('has no security definer without an empty search_path', async () => {
    const definers = await database.sql<{ name: string; config: string[] | null }>(
      'select oid::regproc::text as name, proconfig as config from pg_proc where prosecdef and oid = any($1::oid[])',
      [functions.map(({ oid }) => oid)],
    );
    expect(definers.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'crm.log_change', config: ['search_path=""'] },
      { name: 'crm.shown_directly', config: ['search_path=""'] },
    ]);
  });

  it('has the public functions that the files define, each once and from jsonb to jsonb', async () => {
    const folder = join(import.meta.dirname, '../../../api/sql/functions');
    const defined = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sql'))
      .flatMap((name) => [
        ...readFileSync(join(folder, name), 'utf8').matchAll(/^create or replace function public\.(\w+)/gm),
      ])
      .map((match) => match[1]);
    const found = await database.sql<{ name: string }>(
      `select proname as name from pg_proc where proname like 'crm\\_%' and pronamespace = 'public'::regnamespace
       and prorettype = 'jsonb'::regtype and proargtypes = array['jsonb'::regtype::oid]::oidvector`,
    );
    expect(found.map(({ name }) => name).sort()).toEqual(defined.sort());
  });
});

describe('the role service_role', () => {
  const callAs = async (name: string, payload: object) => {
    const [row] = await database.sqlAs('service_role', `select public.${name}($1) as result`, [
      JSON.stringify(payload),
    ]);
    return row?.result as Record<string, unknown>;
  };

  it('does everything through the functions, and is logged', async () => {
    await callAs('crm_check_health', {});
    const limited = { limits: { perAddress: 5, perService: 5 }, address: '10.0.0.1' };
    const submissionId = crypto.randomUUID();
    const { leadId } = await callAs('crm_capture_lead', capture({ email: 'a@b.co' }, { ...limited, submissionId }));
    const hold = () => callAs('crm_capture_lead', capture({ email: 'h@b.co' }, { suspicions: ['decoy_filled'] }));
    await callAs('crm_release_held', { id: (await hold()).heldId, actor: 'key:admin' });
    await callAs('crm_delete_held', { id: (await hold()).heldId });
    expect((await callAs('crm_list_held', { limit: 5 })).held).toEqual([]);
    await callAs('crm_update_lead', { id: leadId, patch: { notes: 'x' }, actor: 'key:admin' });
    await callAs('crm_get_lead', { id: leadId });
    expect((await callAs('crm_list_leads', { limit: 10 })).rows).toHaveLength(2);
    await callAs('crm_delete_lead', { id: leadId, actor: 'key:admin' });
    expect((await callAs('crm_list_lead_history', { id: leadId })).changes).toMatchObject([
      { operation: 'insert' },
      { operation: 'update' },
      { operation: 'delete', actor: 'key:admin' },
    ]);
    await callAs('crm_list_changes', { limit: 10 });
    await callAs('crm_add_seed', { actor: 'key:admin' });
    const stats = await callAs('crm_get_stats', { days: 30, timeZone: 'UTC' });
    expect(stats).toMatchObject({ totalLeads: 7, totalUsers: 3, totalOrders: 3 });
    await callAs('crm_remove_seed', { actor: 'key:admin' });
    const lead = (await callAs('crm_capture_lead', capture({ email: 'a@b.co' }))).leadId;
    const { user } = await callAs('crm_convert_lead', { id: lead, actor: 'key:admin' });
    const { id } = (user as StoredRow).value;
    const made = await callAs('crm_create_order', { order: orderDetails(id), actor: 'key:admin' });
    const order = { id: (made as unknown as StoredRow).value.id, actor: 'key:admin' };
    await callAs('crm_add_order_event', { ...order, note: 'x' });
    await callAs('crm_update_order', { ...order, patch: { status: 'cancelled' } });
    await callAs('crm_get_sync', {});
    await callAs('crm_repair_sync', { dryRun: false, actor: 'key:admin' });
    expect((await callAs('crm_list_stored_rows', { entity: 'users', limit: 5, whole: true })).rows).toHaveLength(1);
    expect((await callAs('crm_get_stored_rows', { keys: [`user:${id}`] })).missing).toEqual([]);
    expect((await callAs('crm_get_stored_row', { key: `user:${id}` })).log).not.toEqual([]);
    const canary = { id: crypto.randomUUID(), nonce: 'of-the-test' };
    await callAs('crm_write_canary', canary);
    expect(await callAs('crm_get_canary', canary)).toMatchObject({ text: expect.any(String) });
    expect(await callAs('crm_remove_canary', canary)).toEqual({ removed: true });
    expect(await callAs('crm_get_schema', {})).toMatchObject({ grants: { open: [], missing: [] } });
    await callAs('crm_delete_order', order);
    await callAs('crm_update_user', { id, patch: { email: 'b@b.co' }, actor: 'key:admin' });
    await callAs('crm_delete_user', { id, actor: 'key:admin' });
  });

  it('may not forge or wipe the log', async () => {
    for (const statement of [
      "insert into crm.changes (key, operation) values ('x', 'insert')",
      'delete from crm.changes',
      "update crm.changes set actor = 'nobody'",
      'truncate public.kv_store_3cbf86a5',
      "update crm.settings set value = '1'",
    ]) {
      await expectSqlState(database.sqlAs('service_role', statement), '42501');
    }
  });
});
