-- The words that the public functions are written in. Nothing here is callable from outside.

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

-- `<kind>_<ms>_<9 of a-z0-9>`; bytes 6 and 8 of a UUID are not all random (RFC 9562), so they are left out.
create or replace function crm.new_id(kind text, ms bigint) returns text
language sql volatile
as $$
  select kind || '_' || ms || '_' || string_agg(substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + get_byte(bytes, i) % 36, 1), '')
  from (select uuid_send(gen_random_uuid()) as bytes) as random, unnest(array[0, 1, 2, 3, 4, 5, 9, 10, 11]) as i
$$;

-- Hex SHA-256 over the stored text; the length in front keeps `a` + `bc` and `ab` + `c` apart.
create or replace function crm.digest(key text, value jsonb) returns text
language sql immutable
return encode(sha256(convert_to(octet_length(key) || ':' || key || value::text, 'UTF8')), 'hex');

create or replace function crm.receipt(key text, value jsonb, stored_at timestamptz) returns jsonb
language sql volatile
as $$
  select jsonb_build_object(
    'key', receipt.key,
    'digest', crm.digest(receipt.key, receipt.value),
    'storedAt', crm.iso(stored_at),
    'transactionId', pg_current_xact_id()::text
  )
$$;

-- Rows of older installs carry password hashes and reset codes: those stay in the row and never leave the database.
-- What a visitor typed into a field of the site owner's own (`fields`), or came with in an address (`utm`), is no secret of ours, whatever
-- its name.
create or replace function crm.redact(value jsonb) returns jsonb
language sql immutable parallel safe
as $$
  select case
    when not crm.may_name_a_secret(value::text) then value
    when jsonb_typeof(value) = 'string' then crm.redact_encoded(value)
    when jsonb_typeof(value) = 'array' then (
      select jsonb_agg(
        case jsonb_typeof(item.value) when 'string' then crm.redact_encoded(item.value) else crm.redact_below(item.value, 19) end
        order by item.position
      )
      from jsonb_array_elements(value) with ordinality as item (value, position)
    )
    else crm.redact_below(value, 20)
  end
$$;

-- Whether there is a name of a field in a JSON text that may be one of a secret.
create or replace function crm.may_name_a_secret(content text) returns boolean
language sql immutable parallel safe
as $$ select content ~* '"[^"]*(passw|salt|secret|token|otp|code)[^"]*" *:' $$;

-- A row, or an entry of one that is a list, which is JSON once more inside a text, as some older installs stored it. Nothing can be cut
-- out of it, so all of it stays. Texts further in are what people typed.
create or replace function crm.redact_encoded(value jsonb) returns jsonb
language sql immutable parallel safe
as $$
  select case when value #>> '{}' ~ '^\s*["{[]' and crm.may_name_a_secret(value::text) then 'null' else value end
$$;

-- Further in than `levels` nothing is shown: no row of ours is that deep, and the recursion would exhaust the stack.
create or replace function crm.redact_below(value jsonb, levels integer) returns jsonb
language plpgsql immutable parallel safe
as $$
begin
  if jsonb_typeof(value) in ('object', 'array') and levels = 0 then
    return null;
  end if;
  if jsonb_typeof(value) = 'object' then
    return coalesce((
      select jsonb_object_agg(member.key, case when member.key in ('fields', 'utm') then member.value else crm.redact_below(member.value, levels - 1) end)
      from jsonb_each(value) as member
      where member.key !~* 'passw(or)?d|^salt$|^(client_?|api_?)?secret$|^otp$|^((access|refresh|reset|session|auth|verification)_?)?token(_?hash)?$|^(reset|verification)_?code$'
    ), '{}');
  end if;
  if jsonb_typeof(value) = 'array' then
    return coalesce((
      select jsonb_agg(crm.redact_below(item.value, levels - 1) order by item.position)
      from jsonb_array_elements(value) with ordinality as item (value, position)
    ), '[]');
  end if;
  return value;
end $$;

-- SHA-256 with this database's secret: equal texts stay recognisable, and nobody can try out addresses or emails against it.
create or replace function crm.keyed_hash(content text) returns bytea
language sql stable
as $$
  select sha256(convert_to((select value #>> '{}' from crm.settings where name = 'hash_key') || content, 'UTF8'))
$$;

-- Says who writes, for the change log, until the end of this transaction.
create or replace function crm.act_as(actor text) returns void
language sql volatile
as $$ select set_config('crm.actor', coalesce(actor, ''), true) $$;

-- Every text inside a value, a line each, without the names of its fields: nobody who searches for "city" means those.
create or replace function crm.texts_in(value jsonb) returns text
language sql immutable
as $$
  select string_agg(found #>> '{}', E'\n') from jsonb_path_query(texts_in.value, 'strict $.** ? (@.type() == "string")') as found
$$;
