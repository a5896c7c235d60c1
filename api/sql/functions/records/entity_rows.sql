-- Every row under the key of a record of this kind.
create or replace function crm.entity_rows(entity text) returns table (key text, value jsonb)
language sql stable parallel safe
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= rtrim(entity, 's') || ':' || rtrim(entity, 's') || '_'
    and kv.key collate "C" < rtrim(entity, 's') || ':' || rtrim(entity, 's') || '`' and right(kv.key, 7) <> ':orders'
    and (not (select crm.has_stray_keys()) or kv.key ~ '^(lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}$')
$$;

-- Whether a key that is none of ours sorts among the records. Ordered, so that the planner asks the index of just those keys.
create or replace function crm.has_stray_keys() returns boolean
language sql stable parallel safe
as $$
  select exists (
    select from (
      select key from public.kv_store_3cbf86a5
      where key ~ '^(lead:lead|user:user|order:order)_'
        and key !~ '^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders)$'
      order by key collate "C" limit 1
    ) as stray
  )
$$;
