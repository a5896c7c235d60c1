-- Every row under a user's key that the filters let through, in no order; as crm.matching_leads.
create or replace function crm.matching_users(filters jsonb) returns table (key text, value jsonb)
language sql stable
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= 'user:user_' and kv.key collate "C" < 'user:user`'
    and kv.key ~ '^user:user_[0-9]{1,15}_[a-z0-9]{1,12}$'
    and (filters ->> 'accountStatus' is null or kv.value ->> 'accountStatus' = filters ->> 'accountStatus')
    and (filters ->> 'q' is null
      or strpos(filters ->> 'q', '@') > 0 and crm.email_form(kv.value ->> 'email') = crm.email_form(filters ->> 'q')
      or strpos(crm.fold(concat_ws(
      E'\n', kv.value ->> 'id', kv.value ->> 'name', kv.value ->> 'email', kv.value ->> 'phone', crm.texts_in(kv.value -> 'tags'), crm.texts_in(kv.value -> 'address')
    )), crm.fold(filters ->> 'q')) > 0)
$$;

-- payload: {limit, cursor?, accountStatus?, q?, total?}
-- gives {rows: [{key, value}], nextCursor, changesCursor, total?}, newest first. Reads the rows, never the index.
create or replace function public.crm_list_users(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select found.key, found.value
    from crm.matching_users(payload) as found
    where found.key collate "C" < coalesce('user:' || (payload ->> 'cursor'), 'user:user`')
    order by found.key collate "C" desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by key collate "C" desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'rows', coalesce((
      select jsonb_agg(jsonb_build_object('key', key, 'value', crm.redact(value)) order by key collate "C" desc) from shown
    ), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer
      then substr((select min(key collate "C") from shown), 6) end,
    'changesCursor', crm.changes_cursor()
  ) || case when payload ->> 'total' = '1'
    then jsonb_build_object('total', (select count(*) from crm.matching_users(payload))) else '{}' end
$$;
