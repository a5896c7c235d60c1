-- Schema crm holds everything that is not a record: it is never exposed through PostgREST.

create schema if not exists crm;

create table if not exists crm.settings (
  name text primary key,
  value jsonb not null
);

-- Addresses of visitors and bodies of submissions are kept only as hashes with this key (crm.keyed_hash).
insert into crm.settings (name, value)
values ('hash_key', to_jsonb(gen_random_uuid()::text || gen_random_uuid()::text))
on conflict (name) do nothing;

do $$
declare
  found_version integer := (select (value ->> 'version')::integer from crm.settings where name = 'schema');
  found_table text := (select value ->> 'table' from crm.settings where name = 'schema');
begin
  if found_table <> 'kv_store_3cbf86a5' and to_regclass('public.' || quote_ident(found_table)) is not null then
    raise exception 'This database works on table %, not on kv_store_3cbf86a5', found_table
      using hint = 'Set KV_TABLE to that name: one database has one table of records.';
  end if;
  if found_version > 4 then
    raise exception 'This database has schema version %, this script only knows version 4', found_version
      using hint = 'Use the newer release that upgraded it.';
  end if;
end $$;

insert into crm.settings (name, value)
values ('schema', jsonb_build_object('version', 4, 'table', 'kv_store_3cbf86a5'))
on conflict (name) do update set value = excluded.value;
