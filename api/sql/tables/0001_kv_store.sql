-- The one table of records. Creates it, or adopts the one an older install made (`key, value` only) without touching a row.

create table if not exists public.kv_store_3cbf86a5 (
  key text not null primary key,
  value jsonb not null,
  created_at timestamptz default now()
);

-- Two steps: a column added together with a default would stamp today's date on rows of unknown age.
alter table public.kv_store_3cbf86a5 add column if not exists created_at timestamptz;
alter table public.kv_store_3cbf86a5 alter column created_at set default now();

do $$
begin
  if not exists (
    select 1 from information_schema.columns
    where table_schema = 'public' and table_name = 'kv_store_3cbf86a5' and column_name = 'key' and data_type = 'text'
  ) or not exists (
    select 1 from information_schema.columns
    where table_schema = 'public' and table_name = 'kv_store_3cbf86a5' and column_name = 'value' and data_type = 'jsonb'
  ) or not exists (
    select 1 from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = 'public.kv_store_3cbf86a5'::regclass and i.indisunique and i.indnatts = 1
      and i.indpred is null and a.attname = 'key'
  ) then
    raise exception 'public.kv_store_3cbf86a5 exists but is no key-value table: it needs "key" text, unique, and "value" jsonb'
      using hint = 'Rename that table, or set KV_TABLE to another name.';
  end if;
end $$;

alter table public.kv_store_3cbf86a5 enable row level security;

-- Prefix and keyset reads need byte order, which the primary key has only when the database collation is C.
create index if not exists crm_kv_key on public.kv_store_3cbf86a5 (key collate "C");

-- The highest segment number of each index, found in one step however many segments there are.
create index if not exists crm_kv_segments on public.kv_store_3cbf86a5
  (split_part(key, ':', 1), (split_part(key, ':', 3)::integer))
  where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$';
