-- The days of a chart. Moments are compared by the digits of the text we write (crm.iso): reading 100,000 of them as dates costs
-- too much, and one that is not a date would end the whole query.

-- The date now in a time zone. Raises CRM02 for a zone that this Postgres does not know.
create or replace function crm.today(time_zone text) returns date
language plpgsql stable
as $$
begin
  return (now() at time zone time_zone)::date;
exception
  when invalid_parameter_value then
    raise exception 'This database does not know this time zone. Use an IANA name like Asia/Kuala_Lumpur.' using errcode = 'CRM02';
end $$;

-- The first moment of a day. Where the clock goes back over midnight, midnight comes twice, and Postgres alone takes the second one.
create or replace function crm.day_start(day date, time_zone text) returns timestamptz
language sql stable
as $$
  select min(moment)
  from (select day::timestamp at time zone time_zone as midnight) as found,
    generate_series(midnight - interval '3 hours', midnight, interval '15 minutes') as moment
  where (moment at time zone time_zone)::date >= day
$$;

-- The minute of a moment in UTC as a number, 202611221530, or null for what crm.iso could not have written.
create or replace function crm.minute_number(moment text) returns bigint
language sql immutable parallel safe
return case
  when translate(moment, '123456789', '000000000') = '0000-00-00T00:00:00.000Z' and substr(moment, 12, 2) < '24'
    and substr(moment, 15, 1) < '6' and substr(moment, 18, 1) < '6'
  then translate(left(moment, 16), '-T:', '')::bigint
end;

-- For each day, oldest first, how many of the moments are in it and what their cents add up to. What is no moment, or of another
-- day, is in none. Only a time zone knows which day a moment is in, so it is asked; but once for each quarter of an hour, since no
-- clock anywhere changes within one.
create or replace function crm.by_day(moments text[], cents bigint[], first_day date, last_day date, time_zone text)
returns table (day text, count bigint, cents numeric)
language sql stable parallel safe
as $$
  with counted as (
    select minute - minute % 100 % 15 as quarter, count(*) as count, sum(read.cents) as cents
    from (
      select crm.minute_number(moment) as minute, entry.cents from unnest(moments, by_day.cents) as entry (moment, cents) offset 0
    ) as read
    group by quarter
  ), local as (
    select (
      (date + make_interval(hours => (quarter % 10000 / 100)::integer, mins => (quarter % 100)::integer)) at time zone 'UTC' at time zone time_zone
    )::date as day, counted.count, counted.cents
    from counted
    -- A date that does not exist, such as 30 February, is none of these.
    join (select first_day + i as date from generate_series(-1, last_day - first_day + 1) as i) as utc
      on to_char(date, 'YYYYMMDD')::bigint = quarter / 10000
  )
  select to_char(first_day + i, 'YYYY-MM-DD'), coalesce(sum(local.count), 0)::bigint, coalesce(sum(local.cents), 0)
  from generate_series(0, last_day - first_day) as i left join local on local.day = first_day + i
  group by i
  order by i
$$;
