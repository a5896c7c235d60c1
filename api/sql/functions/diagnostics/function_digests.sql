-- An MD5 of the source of each of our functions, by name and arguments. The migration records them in crm.settings, and
-- crm_get_schema compares. The empty search_path has names inside a body written alike whoever asks.
create or replace function crm.function_digests() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(
    crm.function_name(p.oid),
    md5(concat_ws(E'\n', l.lanname, p.provolatile, p.prosecdef, p.proconfig, p.prosrc, pg_get_function_sqlbody(p.oid)))
  ), '{}')
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  where n.nspname = 'crm' or (n.nspname = 'public' and starts_with(p.proname, 'crm_'))
$$;

-- Of our kind: schema, name and arguments, as it is dropped.
create or replace function crm.function_name(function oid) returns text
language sql stable set search_path = ''
as $$
  select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.oid = function
$$;
