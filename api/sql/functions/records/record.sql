-- What leads, users and orders have in common: `kind` is one of these three words, a record's key is `<kind>:<id>`.

-- {key, value, digest} of one record; without a digest where a part of it is withheld. Raises CRM04.
create or replace function crm.get_record(kind text, id text) returns jsonb
language plpgsql stable
as $$
declare
  found_row jsonb;
begin
  select jsonb_strip_nulls(jsonb_build_object('digest', case when not crm.is_withheld(value) then crm.digest(key, value) end))
    || jsonb_build_object('key', key, 'value', crm.redact(value)) into found_row
  from public.kv_store_3cbf86a5 where key = kind || ':' || id;
  if not found then
    raise exception 'No % has this id. It may have been deleted.', kind using errcode = 'CRM04';
  end if;
  return found_row;
end $$;

-- Locks one record and gives its value. Raises CRM04 when it is gone, CRM09 when it changed since `if_match`, its updatedAt or its
-- digest: what SQL writes seldom moves updatedAt.
create or replace function crm.lock_record(kind text, id text, if_match text) returns jsonb
language plpgsql volatile
as $$
declare
  record_key text := kind || ':' || id;
  found_value jsonb;
begin
  select value into found_value from public.kv_store_3cbf86a5 where key = record_key for update;
  if not found then
    raise exception 'No % has this id. It may have been deleted.', kind using errcode = 'CRM04';
  end if;
  if if_match is not null and found_value ->> 'updatedAt' is distinct from if_match and crm.digest(record_key, found_value) <> if_match then
    raise exception 'Someone else changed this % after you read it. Read it again, then repeat your change.', kind using errcode = 'CRM09', detail = '{"reason": "record_changed"}';
  end if;
  return found_value;
end $$;

-- Locks those of these records that there are, in the order of their keys, and gives their ids, newest first.
create or replace function crm.lock_records(kind text, ids text[]) returns text[]
language sql volatile
as $$
  with locked as materialized (
    select key from public.kv_store_3cbf86a5 where key in (select kind || ':' || id from unnest(ids) as id) order by key for update
  )
  select coalesce(array_agg(substr(key, length(kind) + 2) order by key collate "C" desc), '{}') from locked
$$;
