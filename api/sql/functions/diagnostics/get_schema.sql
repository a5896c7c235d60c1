-- payload: {}; gives what the catalogue says now of all that the API needs; api/database/schema-checks.ts says what must be. It answers also
-- when things are missing: names are looked up as texts, and of schema crm is used only what was found there.
create or replace function public.crm_get_schema(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  kv oid := (
    select c.oid from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relname = 'kv_store_3cbf86a5' and c.relkind in ('r', 'p')
  );
  crm oid := (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'crm');
  settings jsonb := '{}';
  digests jsonb;
begin
  if has_schema_privilege(crm, 'usage') and exists (
    select from pg_catalog.pg_class c
    where c.relnamespace = crm and c.relname = 'settings' and has_table_privilege(c.oid, 'select')
  ) then
    select coalesce(jsonb_object_agg(name, value), '{}') into settings from crm.settings where name in ('schema', 'functions');
  end if;
  if has_schema_privilege(crm, 'usage') and 2 = (
    select count(distinct p.proname) from pg_catalog.pg_proc p
    where p.pronamespace = crm and p.proname in ('function_digests', 'function_name') and has_function_privilege(p.oid, 'execute')
  ) then
    digests := crm.function_digests();
  end if;

  return jsonb_build_object(
    'settings', settings -> 'schema',
    'table', 'kv_store_3cbf86a5',
    'isTableThere', kv is not null,
    'columns', (
      select coalesce(jsonb_object_agg(
        a.attname, format_type(a.atttypid, null) || case when a.attnotnull then ' not null' else '' end
      ), '{}')
      from pg_catalog.pg_attribute a
      where a.attrelid = kv and a.attnum > 0 and not a.attisdropped and a.attname in ('key', 'value', 'created_at')
    ),
    'isKeyUnique', exists (
      select from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = kv and i.indisunique and i.indisvalid and i.indnatts = 1 and i.indpred is null and a.attname = 'key'
    ),
    'rowSecurity', (
      select jsonb_build_object(
        'enabled', c.relrowsecurity,
        'hidesRows', row_security_active(c.oid),
        'role', current_user,
        -- Without the role that a session of Supabase has, nobody reads past the API and no policy is needed.
        'isReadingGuarded', to_regrole('authenticated') is null or exists (
          select from pg_catalog.pg_policy p
          where p.polrelid = kv and p.polname = 'crm_readers_only' and not p.polpermissive and p.polcmd = '*'
            and pg_get_expr(p.polqual, kv) ~ 'require_reader_early.*require_reader.*shown_directly'
            and pg_get_expr(p.polwithcheck, kv) = 'false'
        )
      )
      from pg_catalog.pg_class c where c.oid = kv
    ),
    'grants', jsonb_build_object(
      -- Each a statement that takes away what a stranger was given.
      'open', (
        select coalesce(jsonb_agg(format('revoke %s from %s;', given, array_to_string(array['public', nullif(stranger, 'public')], ', ')) order by given, stranger), '[]')
        from (
          select 'public' union all select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
        ) as strangers (stranger)
        cross join lateral (
          select format('%s on public.kv_store_3cbf86a5', privilege)
          from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as privilege
          where (stranger <> 'authenticated' or privilege <> 'select') and (
            has_table_privilege(stranger, kv, privilege)
            or (privilege in ('select', 'insert', 'update') and has_any_column_privilege(stranger, kv, privilege))
          )
          union all
          select 'usage on schema crm' where has_schema_privilege(stranger, crm, 'usage')
          union all
          select 'execute on function ' || string_agg(format('public.%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), ', ' order by p.proname)
          from pg_catalog.pg_proc p
          where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'crm_')
            and has_function_privilege(stranger, p.oid, 'execute')
          having count(*) > 0
        ) as found (given)
      ),
      -- Each a statement that gives what the role of the API lacks, as grants.sql does.
      'missing', (
        select coalesce(jsonb_agg(format('grant %s to %I;', needed, grantee) order by needed, grantee), '[]')
        from (
          select current_user union select rolname from pg_catalog.pg_roles where rolname = 'service_role'
        ) as grantees (grantee)
        cross join lateral (
          select 'usage on schema ' || n.nspname from pg_catalog.pg_namespace n
          where n.nspname in ('public', 'crm') and not has_schema_privilege(grantee, n.oid, 'usage')
          union all
          select format('%s on %s.%s', string_agg(privilege, ', ' order by position), schema, name)
          from (values
            ('public', 'kv_store_3cbf86a5', array['select', 'insert', 'update', 'delete']),
            ('crm', 'settings', array['select']),
            ('crm', 'changes', array['select']),
            ('crm', 'submissions', array['select', 'insert', 'update']),
            ('crm', 'order_numbers', array['select', 'insert', 'update']),
            ('crm', 'rate_buckets', array['select', 'insert', 'update', 'delete']),
            ('crm', 'held_submissions', array['select', 'insert', 'update', 'delete'])
          ) as needs (schema, name, privileges)
          join pg_catalog.pg_namespace n on n.nspname = schema
          join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = name
          cross join unnest(privileges) with ordinality as wanted (privilege, position)
          where not has_table_privilege(grantee, c.oid, privilege)
          group by schema, name
          union all
          select 'execute on function ' || string_agg(format('public.%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), ', ' order by p.proname)
          from pg_catalog.pg_proc p
          where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'crm_')
            and not has_function_privilege(grantee, p.oid, 'execute')
          having count(*) > 0
          union all
          select 'execute on all functions in schema crm' where exists (
            select from pg_catalog.pg_proc p where p.pronamespace = crm and not has_function_privilege(grantee, p.oid, 'execute')
          )
        ) as lacking (needed)
      )
    ),
    'functions', (
      select jsonb_build_object(
        'recorded', count(*),
        'isCompared', digests is not null,
        'missing', coalesce(jsonb_agg(name order by name) filter (where digests -> name is null), '[]'),
        'changed', coalesce(jsonb_agg(name order by name) filter (where digests ->> name <> digest), '[]'),
        'added', (
          select coalesce(jsonb_agg(name order by name), '[]') from jsonb_object_keys(digests) as present (name) where not settings -> 'functions' ? name
        )
      )
      from jsonb_each_text(settings -> 'functions') as recorded (name, digest)
    ),
    'triggers', (
      select jsonb_object_agg(expected.name, case
        when t.oid is null then 'missing'
        when t.tgtype <> expected.type or t.tgqual is not null or p.proname <> 'log_change' or p.pronamespace <> crm then 'other'
        when t.tgenabled = 'A' or t.tgenabled = case current_setting('session_replication_role') when 'replica' then 'R' else 'O' end then 'on'
        when t.tgenabled = 'D' then 'off'
        else 'bypassed'
      end)
      -- As in pg_trigger.tgtype: after insert, update or delete of each row; after truncate.
      from (values ('crm_log_write', 29), ('crm_log_truncate', 32)) as expected (name, type)
      left join pg_catalog.pg_trigger t on t.tgrelid = kv and t.tgname = expected.name and not t.tgisinternal
      left join pg_catalog.pg_proc p on p.oid = t.tgfoid
    ) || (
      -- What somebody else put on the table, as it is dropped. Before a write of a row, and in place of one, it decides what is stored.
      select coalesce(jsonb_object_agg(name, state), '{}')
      from (
        select format('trigger %I', t.tgname), case when t.tgtype & 3 = 3 then 'deciding' else 'foreign' end
        from pg_catalog.pg_trigger t
        where t.tgrelid = kv and not t.tgisinternal and t.tgenabled <> 'D' and t.tgname not in ('crm_log_write', 'crm_log_truncate')
        union all
        select format('rule %I', r.rulename), 'deciding' from pg_catalog.pg_rewrite r where r.ev_class = kv and r.ev_enabled <> 'D'
      ) as others (name, state)
    ),
    'indexes', (
      select jsonb_object_agg(expected.name, case
        when i.indexrelid is null then 'missing' when i.indisvalid and i.indisready then 'on' else 'off'
      end)
      from (select left('kv_store_3cbf86a5', 52) || suffix from unnest(array['_by_key', '_segments', '_stray_keys']) as suffix) as expected (name)
      left join pg_catalog.pg_class c on c.relnamespace = 'public'::regnamespace and c.relname = expected.name
      left join pg_catalog.pg_index i on i.indexrelid = c.oid and i.indrelid = kv
    )
  );
end $$;
