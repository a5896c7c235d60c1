-- The next `VS-<year>-<6 digits>`. The row of the year stays locked until the order is committed, so no number is given twice.
-- A year begins behind what older installs, which drew them at random, have given. Raises CRM09 when the year has no more.
create or replace function crm.next_order_number() returns text
language plpgsql volatile
as $$
declare
  this_year integer := extract(year from clock_timestamp() at time zone 'UTC');
  next integer;
begin
  update crm.order_numbers set last = last + 1 where year = this_year returning last into next;
  if not found then
    insert into crm.order_numbers as numbers (year, last)
    select this_year, 1 + coalesce(max(substr(value ->> 'orderNumber', 9)::integer), 0)
    from crm.matching_orders('{}') where value ->> 'orderNumber' ~ ('^VS-' || this_year || '-[0-9]{6}$')
    on conflict (year) do update set last = numbers.last + 1
    returning last into next;
  end if;
  if next > 999999 then
    raise exception 'The order numbers of % are used up.', this_year using errcode = 'CRM09';
  end if;
  return format('VS-%s-%s', this_year, lpad(next::text, 6, '0'));
end $$;
