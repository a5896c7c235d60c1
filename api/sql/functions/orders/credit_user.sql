-- Changes the totals of a user by what one order was and is; null is no order. One loyalty point for each full 10 of an order.
-- Locks the user, if there is one. updatedAt stays: whoever is editing the account must not lose the edit to an order. Raises CRM03.
create or replace function crm.credit_user(user_id text, was jsonb, becomes jsonb) returns void
language plpgsql volatile
as $$
begin
  update public.kv_store_3cbf86a5 as kv
  set value = kv.value || jsonb_build_object(
    'totalOrders', greatest(0, crm.cents(kv.value -> 'totalOrders') / 100 + (credit_user.becomes is not null)::integer - (credit_user.was is not null)::integer),
    'totalSpent', crm.amount(greatest(0, crm.cents(kv.value -> 'totalSpent') + worth.becomes - worth.was)),
    'loyaltyPoints', greatest(0, crm.cents(kv.value -> 'loyaltyPoints') / 100 + worth.becomes / 1000 - worth.was / 1000)
  )
  from (select coalesce(crm.order_worth(credit_user.was), 0) as was, coalesce(crm.order_worth(credit_user.becomes), 0) as becomes) as worth
  where kv.key = 'user:' || user_id and jsonb_typeof(kv.value) = 'object';
  if not found and exists (select from public.kv_store_3cbf86a5 as kv where kv.key = 'user:' || user_id and jsonb_typeof(kv.value) = 'object') then
    perform crm.refuse_write();
  end if;
end $$;
