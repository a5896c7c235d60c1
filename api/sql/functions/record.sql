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

-- The value with a patch merged in. Raises CRM09 where that is no record of its kind.
create or replace function crm.patch_record(kind text, id text, old_value jsonb, patch jsonb) returns jsonb
language plpgsql stable
as $$
declare
  new_value jsonb := crm.merge_patch(old_value, patch);
  problem text;
begin
  if jsonb_typeof(old_value) <> 'object' then
    raise exception 'The stored row is no JSON object, so it cannot be changed here. Mend it in SQL or delete it.' using errcode = 'CRM09';
  end if;
  problem := case kind
    when 'lead' then crm.lead_problem(id, new_value)
    when 'user' then crm.user_problem(id, new_value)
    when 'order' then crm.order_problem(id, new_value)
  end;
  if problem is not null then
    raise exception 'The stored row would still be no % (%), so nothing was changed. Mend it in SQL or delete it.', kind, problem using errcode = 'CRM09';
  end if;
  return new_value;
end $$;

-- {changes} of one record, oldest first, the latest 500. Raises CRM04 when neither the record nor an entry exists.
create or replace function crm.history_of(kind text, id text) returns jsonb
language plpgsql stable
as $$
declare
  record_key text := kind || ':' || id;
  entries jsonb;
begin
  select jsonb_agg(crm.describe_change(entry) order by (entry).seq) into entries
  from (select entry from crm.changes as entry where entry.key collate "C" = record_key order by seq desc limit 500) as latest;
  if entries is null and not exists (select from public.kv_store_3cbf86a5 where key = record_key) then
    raise exception 'No % has this id. It may have been deleted.', kind using errcode = 'CRM04';
  end if;
  return jsonb_build_object('changes', coalesce(entries, '[]'));
end $$;
