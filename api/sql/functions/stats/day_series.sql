-- The days of a chart. Moments are compared by the digits of the text we write (crm.iso): reading 100,000 of them as dates costs
-- too much, and one that is no date would end the whole query.

-- The first moments of the latest `days` days in a time zone, oldest first, and that of tomorrow. Raises CRM02 for a zone that
-- this Postgres does not know.
create or replace function crm.day_starts(days integer, time_zone text) returns timestamptz[]
language plpgsql stable
as $$
begin
  return (
    select array_agg((today + make_interval(days => i - days)) at time zone time_zone order by i)
    from date_trunc('day', now() at time zone time_zone) as today, generate_series(1, days + 1) as i
  );
exception
  when invalid_parameter_value then
    raise exception 'This database knows no such time zone. Use an IANA name like Asia/Kuala_Lumpur.' using errcode = 'CRM02';
end $$;

-- The minute of a moment in UTC as a number, 202611221530, or null for what crm.iso could not have written.
create or replace function crm.minute_number(moment text) returns bigint
language sql immutable parallel safe
return case
  when translate(moment, '123456789', '000000000') = '0000-00-00T00:00:00.000Z' and substr(moment, 12, 2) < '24'
    and substr(moment, 15, 1) < '6' and substr(moment, 18, 1) < '6'
  then translate(left(moment, 16), '-T:', '')::bigint
end;

-- For each day, oldest first, how many of the moments are in it and what their cents add up to. What is no moment, or of another
-- day, is in none.
create or replace function crm.by_day(moments text[], cents bigint[], day_starts timestamptz[], time_zone text)
returns table (day text, count bigint, cents numeric)
language sql stable parallel safe
as $$
  with start as (
    select array_agg(crm.minute_number(crm.iso(day_start)) order by day_start) as minutes from unnest(day_starts) as day_start
  ), counted as (
    select number, count(*) as count, sum(cents) as cents
    from (
      select minute, width_bucket(minute, minutes) as number, minutes, read.cents
      from start, (
        select crm.minute_number(moment) as minute, entry.cents from unnest(moments, by_day.cents) as entry (moment, cents) offset 0
      ) as read
    ) as found
    -- A day of any zone lies on the UTC dates of its two ends: a date that is neither does not exist, such as 30 February.
    where minute / 10000 in (minutes[number] / 10000, minutes[number + 1] / 10000)
    group by number
  )
  select to_char(day_starts[number] at time zone time_zone, 'YYYY-MM-DD'), coalesce(counted.count, 0), coalesce(counted.cents, 0)
  from generate_series(1, cardinality(day_starts) - 1) as number left join counted using (number)
  order by number
$$;
