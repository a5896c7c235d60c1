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

-- Whether crm.redact would take something from a row: then its text is never given and stands in no sum. Nearly all rows have none of
-- its words, which is quicker to see.
create or replace function crm.is_withheld(value jsonb) returns boolean
language sql immutable parallel safe
as $$
  select case when value::text ~* 'passw|salt|secret|token|otp|code' then value <> crm.redact(value) else false end
$$;
