-- Locks one lead and gives its value. Raises CRM04 when it is gone, CRM09 when it changed since `if_match` (its updatedAt).
create or replace function crm.lock_lead(id text, if_match text) returns jsonb
language plpgsql volatile
as $$
declare
  found_value jsonb;
begin
  select value into found_value from public.kv_store_3cbf86a5 where key = 'lead:' || id for update;
  if not found then
    raise exception 'No lead has this id. It may have been deleted.' using errcode = 'CRM04';
  end if;
  if if_match is not null and found_value ->> 'updatedAt' is distinct from if_match then
    raise exception 'Someone else changed this lead after you read it. Read it again, then repeat your change.' using errcode = 'CRM09';
  end if;
  return found_value;
end $$;
