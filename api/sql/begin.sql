set local lock_timeout = '15s';

-- Functions may name each other in any order.
set local check_function_bodies = off;
set local client_min_messages = warning;

-- Two runs at once would race for the same catalogue rows.
select pg_advisory_xact_lock(hashtext('vision-studio-crm'));

-- Schema crm holds everything that is not a record: it is never exposed through PostgREST.
create schema if not exists crm;

-- The migrations that ran here. `checksum` is the SHA-256 of the file.
create table if not exists crm.migrations (
  number integer primary key,
  name text not null,
  checksum text not null,
  ran_at timestamptz not null default clock_timestamp()
);

do $$
declare
  found_table text;
begin
  if to_regclass('crm.settings') is not null then
    select value ->> 'table' into found_table from crm.settings where name = 'schema';
  end if;
  if found_table <> 'kv_store_3cbf86a5' and to_regclass('public.' || quote_ident(found_table)) is not null then
    raise exception 'This database works on table %, not on kv_store_3cbf86a5', found_table
      using hint = 'Set KV_TABLE to that name: one database has one table of records.';
  end if;
end $$;
