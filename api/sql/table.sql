-- The one table of records. It is no migration, since every run looks at it: an older install made it (`key, value` only), and its
-- owner may rename it, restore it or make it anew. Makes what is missing and touches no row.

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

-- An index keeps its name when its table is renamed, and then a new table could have none of that name. So an index is called after
-- the table, and one that was left with that name on another table after that table's number. `crm_kv_…` are of the first release.
do $$
declare
  wanted record;
  found_index record;
begin
  for wanted in
    select left('kv_store_3cbf86a5', 52) || suffix as name, index.*
    from (values
      -- Prefix and keyset reads need byte order, which the primary key has only when the database collation is C.
      ('_by_key', 'crm_kv_key', '(key collate "C")'),
      -- The highest segment number of each index of ids, found in one step however many segments there are.
      ('_segments', 'crm_kv_segments', $index$(split_part(key, ':', 1), (split_part(key, ':', 3)::integer))
        where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$'$index$),
      -- Keys beside our grammar that sort among the records. There are hardly any: asking this index whether there is one spares the
      -- statistics a pattern match on each of 100,000 keys. The condition stands word for word in crm.has_stray_keys too.
      ('_stray_keys', 'crm_kv_stray_keys', $index$(key collate "C") where key ~ '^(lead:lead|user:user|order:order)_'
        and key !~ '^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders)$'$index$)
    ) as index (suffix, first_name, definition)
  loop
    for found_index in
      select c.oid::regclass as id, c.relname as name,
        case t.relname when 'kv_store_3cbf86a5' then wanted.name else 'kv_store_' || t.oid || wanted.suffix end as right_name
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid
      where c.relnamespace = 'public'::regnamespace
        and (c.relname in (wanted.name, wanted.first_name) or t.relname = 'kv_store_3cbf86a5' and c.relname ~ ('^kv_store_.*' || wanted.suffix || '$'))
      -- Whoever has the name gives it up first.
      order by t.relname = 'kv_store_3cbf86a5'
    loop
      -- A second index of the same kind may have the name already. It costs space, and is its owner's to drop.
      if found_index.name <> found_index.right_name and to_regclass(format('public.%I', found_index.right_name)) is null then
        execute format('alter index %s rename to %I', found_index.id, found_index.right_name);
      end if;
    end loop;
    execute format('create index if not exists %I on public.kv_store_3cbf86a5 %s', wanted.name, wanted.definition);
  end loop;
end $$;
