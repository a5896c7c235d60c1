-- The next `VS-<year>-<6 digits>`. The row of the year stays locked until the order is committed, so no number is given twice.
-- Numbers only go up. Older installs drew theirs at random: a year begins behind the largest of the lower half, and further up
-- those that are taken are passed over. Raises CRM09 when the year has no more.
create or replace function crm.next_order_number() returns text
language plpgsql volatile
as $$
declare
  this_year integer := extract(year from clock_timestamp() at time zone 'UTC');
  number integer;
  run_end integer;
begin
  insert into crm.order_numbers (year, last, free_up_to) values (this_year, 0, 0) on conflict (year) do nothing;
  select last + 1, free_up_to into number, run_end from crm.order_numbers where year = this_year for update;
  if number > run_end then
    select free.first, free.last into number, run_end from crm.free_order_numbers(this_year, number - 1) as free;
  end if;
  if number is null then
    raise exception 'The order numbers of % are used up.', this_year using errcode = 'CRM09';
  end if;
  update crm.order_numbers set last = number, free_up_to = run_end where year = this_year;
  return format('VS-%s-%s', this_year, lpad(number::text, 6, '0'));
end $$;

-- The first run of numbers behind `given` that no order has; none when all are taken. Looks through all orders.
create or replace function crm.free_order_numbers(year integer, given integer, out first integer, out last integer) returns setof record
language sql volatile
as $$
  with taken as materialized (
    select substr(value ->> 'orderNumber', 9)::integer as number
    from crm.matching_orders('{}') where value ->> 'orderNumber' ~ ('^VS-' || year || '-[0-9]{6}$')
  ), begin as (
    select greatest(given, max(number) filter (where number < 500000)) as number from taken
  ), bound as (
    select number from begin union select number from taken where number > (select number from begin) union select 1000000
  )
  select bound.number + 1, bound.next - 1
  from (select number, lead(number) over (order by number) as next from bound) as bound
  where bound.next > bound.number + 1
  order by bound.number limit 1
$$;
