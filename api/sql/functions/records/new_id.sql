-- `<kind>_<ms>_<9 of a-z0-9>`; bytes 6 and 8 of a UUID are not all random (RFC 9562), so they are left out.
create or replace function crm.new_id(kind text, ms bigint) returns text
language sql volatile
as $$
  select kind || '_' || ms || '_' || string_agg(substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + get_byte(bytes, i) % 36, 1), '')
  from (select uuid_send(gen_random_uuid()) as bytes) as random, unnest(array[0, 1, 2, 3, 4, 5, 9, 10, 11]) as i
$$;
