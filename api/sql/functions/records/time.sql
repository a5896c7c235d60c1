-- A moment as JavaScript's toISOString() writes it.
create or replace function crm.iso(moment timestamptz) returns text
language sql immutable parallel safe
return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Milliseconds since 1970.
create or replace function crm.milliseconds(moment timestamptz) returns bigint
language sql immutable
return floor(extract(epoch from moment) * 1000)::bigint;

-- The updatedAt of a write: now, but always after the one before, even within one millisecond, since If-Match compares them.
create or replace function crm.next_version(before text) returns text
language plpgsql volatile
as $$
begin
  return greatest(
    crm.iso(clock_timestamp()) collate "C",
    crm.iso(substring(before from '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$')::timestamptz + interval '1 millisecond') collate "C"
  );
exception
  -- Written by hand, and no date at all: 30 February, hour 25.
  when data_exception then
    return crm.iso(clock_timestamp());
end $$;
