-- The money of orders. Amounts stand in the rows in units of the currency, sums are made in whole cents.

-- A stored amount in cents; what is no number, or none that money has, counts as nothing.
create or replace function crm.cents(amount jsonb) returns bigint
language sql immutable parallel safe
return case
  when jsonb_typeof(amount) = 'number' then case when abs(amount::numeric) < 1e15 then round(amount::numeric * 100)::bigint else 0 end
  else 0
end;

-- Cents as they are stored, 125050 as 1250.5.
create or replace function crm.amount(cents bigint) returns jsonb
language sql immutable parallel safe
return to_jsonb(trim_scale(cents / 100.0));

-- {subtotal, total} as they follow from items, tax, shipping and discount. Raises CRM05 where `given` says otherwise.
create or replace function crm.order_sums(value jsonb, given jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  subtotal bigint := (
    select sum(crm.cents(item -> 'price') * crm.cents(item -> 'quantity') / 100)
    from jsonb_path_query(value, 'lax $.items[*]') as item
  );
  total bigint := subtotal + crm.cents(value -> 'tax') + crm.cents(value -> 'shipping') - crm.cents(value -> 'discount');
  problem jsonb := case
    when subtotal is null or exists (
      select from jsonb_path_query(value, 'lax $.items[*]') as item
      where jsonb_typeof(item -> 'quantity') is distinct from 'number' or jsonb_typeof(item -> 'price') is distinct from 'number'
    ) then jsonb_build_object('items', 'A stored item has no quantity or no price. Send the items too.')
    when given ? 'subtotal' and crm.cents(given -> 'subtotal') <> subtotal
      then jsonb_build_object('subtotal', format('The items add up to %s.', crm.amount(subtotal)))
    when given ? 'total' and crm.cents(given -> 'total') <> total
      then jsonb_build_object('total', format('Subtotal, tax and shipping less discount are %s.', crm.amount(total)))
    when total < 0 then jsonb_build_object('discount', 'It is more than the order costs.')
    when total > 100000000000 then jsonb_build_object('total', 'It is more than 1000000000.')
  end;
begin
  if problem is not null then
    raise exception 'The sums of the order do not add up: %', (select string_agg(key || ': ' || field.value, ' ') from jsonb_each_text(problem) as field)
      using errcode = 'CRM05', detail = jsonb_build_object('fields', problem)::text;
  end if;
  return jsonb_build_object('subtotal', crm.amount(subtotal), 'total', crm.amount(total));
end $$;

-- What an order is worth in cents: nothing once it is cancelled or refunded, or by hand less than nothing. Revenue and what users have spent are sums of this.
create or replace function crm.order_worth(value jsonb) returns bigint
language sql immutable parallel safe
return case when value ->> 'status' in ('cancelled', 'refunded') then 0 else greatest(0, crm.cents(value -> 'total')) end;
