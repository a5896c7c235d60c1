-- Every row under an order's key that the filters let through, in no order; as crm.matching_leads.
create or replace function crm.matching_orders(filters jsonb) returns table (key text, value jsonb)
language sql stable
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= 'order:order_' and kv.key collate "C" < 'order:order`'
    and kv.key ~ '^order:order_[0-9]{1,15}_[a-z0-9]{1,12}$'
    and (filters ->> 'status' is null or kv.value ->> 'status' = filters ->> 'status')
    and (filters ->> 'userId' is null or kv.value ->> 'userId' = filters ->> 'userId')
    and (filters ->> 'q' is null or strpos(lower(concat_ws(
      E'\n', kv.value ->> 'id', kv.value ->> 'orderNumber', kv.value ->> 'userId', kv.value ->> 'trackingNumber',
      kv.value ->> 'notes', crm.texts_in(kv.value -> 'items'), crm.texts_in(kv.value -> 'shippingAddress')
    )), lower(filters ->> 'q')) > 0)
$$;

-- payload: {limit, cursor?, status?, userId?, q?, total?}
-- gives {rows: [{key, value, nextStatuses}], nextCursor, changesCursor, total?}, newest first. Reads the rows, never the index.
create or replace function public.crm_list_orders(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select found.key, found.value
    from crm.matching_orders(payload) as found
    where found.key collate "C" < coalesce('order:' || (payload ->> 'cursor'), 'order:order`')
    order by found.key collate "C" desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by key collate "C" desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'rows', coalesce((select jsonb_agg(crm.show_order(key, value) order by key collate "C" desc) from shown), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer
      then substr((select min(key collate "C") from shown), 7) end,
    'changesCursor', crm.changes_cursor()
  ) || case when payload ->> 'total' = '1'
    then jsonb_build_object('total', (select count(*) from crm.matching_orders(payload))) else '{}' end
$$;
