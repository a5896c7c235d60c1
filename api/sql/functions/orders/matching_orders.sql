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
    and (filters ->> 'q' is null or strpos(crm.fold(concat_ws(
      E'\n', kv.value ->> 'id', kv.value ->> 'orderNumber', kv.value ->> 'userId', kv.value ->> 'trackingNumber',
      kv.value ->> 'notes', crm.texts_in(kv.value -> 'items'), crm.texts_in(kv.value -> 'shippingAddress')
    )), crm.fold(filters ->> 'q')) > 0)
$$;
