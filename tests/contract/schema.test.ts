import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../api/sql/migrate.ts';
import { SCHEMA_CHECKS, schemaReply } from '../../shared/contract/diagnostics.ts';
import { startApi, type TestApi } from '../rig/api.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const schema = async (of = api) => schemaReply.parse(await (await of.request('GET', '/diagnostics/schema')).json());
const red = async () => (await schema()).checks.filter(({ ok }) => !ok);

/** Faults, the checks that name them, and what the remedy or the evidence says. */
const FAULTS: [fault: string, checks: (typeof SCHEMA_CHECKS)[number][], says: RegExp][] = [
  [`update crm.settings set value = value || '{"version": 3}' where name = 'schema'`, ['version'], /version 3/],
  [`delete from crm.settings where name = 'schema'`, ['version'], /No schema version/],
  [`alter table ${TABLE} alter column value drop not null`, ['columns'], /value jsonb,.*set not null/],
  [`alter table ${TABLE} drop constraint ${TABLE}_pkey`, ['columns'], /not unique.*add unique/],
  [`alter table ${TABLE} drop column created_at`, ['columns'], /created_at \(missing\)/],
  [`alter table ${TABLE} disable row level security`, ['row_level_security'], /enable row level security/],
  [`drop policy crm_readers_only on ${TABLE}`, ['row_level_security'], /crm_readers_only/],
  [`alter policy crm_readers_only on ${TABLE} using (true)`, ['row_level_security'], /crm_readers_only/],
  [
    `grant insert, delete on ${TABLE} to anon`,
    ['grants'],
    /revoke insert on public.kv_store_3cbf86a5 from public, anon;/,
  ],
  [`grant select on ${TABLE} to anon`, ['grants'], /revoke select/],
  [`grant update (value) on ${TABLE} to authenticated`, ['grants'], /revoke update.*authenticated/],
  [`grant truncate on ${TABLE} to public`, ['grants'], /revoke truncate/],
  ['grant usage on schema crm to anon', ['grants'], /revoke usage on schema crm/],
  ['grant execute on function public.crm_get_lead(jsonb) to public', ['grants'], /revoke execute.*crm_get_lead/],
  [`revoke delete, insert on ${TABLE} from service_role`, ['grants'], /grant insert, delete on .* to service_role;/],
  ['revoke select on crm.changes from service_role', ['grants'], /grant select on crm.changes to service_role;/],
  [
    'revoke execute on function public.crm_list_leads(jsonb) from service_role',
    ['grants'],
    /grant execute.*crm_list_leads/,
  ],
  ['drop function public.crm_delete_held(jsonb)', ['functions'], /missing: public.crm_delete_held/],
  [
    "create or replace function crm.iso(moment timestamptz) returns text language sql immutable return to_char(moment, 'YYYY')",
    ['functions'],
    /edited: crm.iso/,
  ],
  ['alter function crm.log_change() security invoker', ['functions'], /edited: crm.log_change/],
  ['alter function crm.log_change() reset search_path', ['functions'], /edited: crm.log_change/],
  [
    'create function crm.iso(moment text) returns text language sql as $$ select moment $$',
    ['functions'],
    /not ours: crm.iso\(moment text\)/,
  ],
  [
    'create function public.crm_get_lead(payload text) returns text language sql as $$ select payload $$',
    ['grants', 'functions'],
    /not ours: public.crm_get_lead\(payload text\)/,
  ],
  [`delete from crm.settings where name = 'functions'`, ['functions'], /cannot be compared/],
  ['drop function crm.function_digests()', ['functions'], /cannot be compared/],
  ['drop function crm.function_name(oid)', ['functions'], /cannot be compared/],
  [`alter table ${TABLE} disable trigger crm_log_write`, ['triggers'], /enable trigger crm_log_write/],
  [`drop trigger crm_log_truncate on ${TABLE}`, ['triggers'], /crm_log_truncate missing/],
  [
    `create or replace trigger crm_log_write after insert on ${TABLE} for each row execute function crm.log_change()`,
    ['triggers'],
    /crm_log_write edited/,
  ],
  [
    `create trigger "Keep out" before insert or update on ${TABLE} for each row execute function suppress_redundant_updates_trigger()`,
    ['triggers'],
    /trigger "Keep out" not ours, and may change .*drop trigger "Keep out"/,
  ],
  [
    `create rule keep as on delete to ${TABLE} do instead nothing`,
    ['triggers'],
    /rule keep not ours, .*drop rule keep/,
  ],
  [`drop index public.${TABLE}_by_key`, ['indexes'], /_by_key missing/],
  [
    `update pg_index set indisvalid = false where indexrelid = 'public.kv_store_3cbf86a5_segments'::regclass`,
    ['indexes'],
    /reindex index public.kv_store_3cbf86a5_segments;/,
  ],
  ['drop schema crm cascade', ['version', 'row_level_security', 'functions', 'triggers'], /npm run migrate/],
];

describe('the schema', () => {
  it('is as this API needs it after a migration, every check with its evidence', async () => {
    const { ok, checks, version, expectedVersion } = await schema();
    expect(checks.map(({ name }) => name)).toEqual([...SCHEMA_CHECKS]);
    expect(checks.filter(({ remedy }) => remedy !== null)).toEqual([]);
    expect(ok).toBe(true);
    expect(version).toBe(expectedVersion);
  });

  it.each(FAULTS)('after `%s` fails in %j, and its remedy mends it', async (fault, checks, says) => {
    await api.sql(fault);
    const failed = await red();
    expect(failed.map(({ name }) => name)).toEqual(checks);
    expect((await schema()).ok).toBe(false);
    expect(failed.map(({ found, remedy }) => `${found} ${remedy}`).join(' ')).toMatch(says);
    for (const { remedy, statements } of failed) {
      for (const statement of statements) {
        expect(remedy).toContain(statement);
        await api.sql(statement);
      }
      if (statements.length === 0) await migrate(api.database.url, TABLE);
    }
    expect(await red()).toEqual([]);
  });

  it('with a trigger that keeps rows out has a form refused, and its retry stored once that is gone', async () => {
    await api.sql(`create function public.keep_out() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger keep_out before insert on ${TABLE} for each row execute function public.keep_out()`);
    const body = { email: 'ann@example.com', submissionId: crypto.randomUUID() };
    const refused = await api.request('POST', '/leads', { key: null, body });
    const message = expect.stringMatching(/^A trigger or rule on the table .*Test Connection names it\.$/);
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'schema_missing', message } }]);
    expect(await red()).toMatchObject([
      { name: 'triggers', found: expect.stringContaining('trigger keep_out not ours') },
    ]);
    await api.sql('drop function public.keep_out() cascade');
    expect((await api.request('POST', '/leads', { key: null, body })).status).toBe(201);
  });

  it('whose table was renamed or never was says so in every check that needs it', async () => {
    await api.sql(`alter table ${TABLE} rename to kv_store_away`);
    expect((await red()).map(({ name }) => name)).toEqual([
      'table',
      'columns',
      'row_level_security',
      'triggers',
      'indexes',
    ]);
    await api.sql(`alter table kv_store_away rename to ${TABLE}`);
    expect(await red()).toEqual([]);
  });

  it('of a newer release asks for that release', async () => {
    await api.sql(`update crm.settings set value = value || '{"version": 99}' where name = 'schema'`);
    const { version, checks } = await schema();
    expect(version).toBe(99);
    expect(checks[0]).toMatchObject({ name: 'version', ok: false, remedy: expect.stringContaining('release') });
    await migrate(api.database.url, TABLE);
  });

  it('of another table than the API is set to is named', async () => {
    const other = await startApi({ KV_TABLE: 'kv_store_other' });
    try {
      const { checks } = await schema(other);
      expect(checks.filter(({ ok }) => !ok)).toMatchObject([
        { name: 'table', found: expect.stringContaining('kv_store_other'), remedy: expect.stringContaining(TABLE) },
      ]);
    } finally {
      await other.close();
    }
  });
});
