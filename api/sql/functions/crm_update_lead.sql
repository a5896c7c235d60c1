-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay.
-- Gives {key, value}. Raises CRM04, CRM09; a patch that changes nothing writes nothing.
create or replace function public.crm_update_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  lead_key text := 'lead:' || (payload ->> 'id');
  old_value jsonb := crm.lock_lead(payload ->> 'id', payload ->> 'ifMatch');
  new_value jsonb;
  problem text;
begin
  if jsonb_typeof(old_value) <> 'object' then
    raise exception 'The stored row is no JSON object, so it cannot be changed here. Mend it in SQL or delete it.' using errcode = 'CRM09';
  end if;
  perform crm.act_as(payload ->> 'actor');
  new_value := crm.merge_patch(old_value, payload -> 'patch');
  problem := crm.lead_problem(payload ->> 'id', new_value);
  if problem is not null then
    raise exception 'The stored row would still be no lead (%), so nothing was changed. Mend it in SQL or delete it.', problem using errcode = 'CRM09';
  end if;
  if new_value <> old_value then
    new_value := new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'));
    update public.kv_store_3cbf86a5 set value = new_value where key = lead_key;
  end if;
  return jsonb_build_object('key', lead_key, 'value', crm.redact(new_value));
end $$;
