-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay.
-- Gives {key, value}. Raises CRM04, CRM09; a patch that changes nothing writes nothing.
create or replace function public.crm_update_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  lead_key text := 'lead:' || (payload ->> 'id');
  old_value jsonb := crm.lock_record('lead', payload ->> 'id', payload ->> 'ifMatch');
  new_value jsonb := crm.patch_record('lead', payload ->> 'id', old_value, payload -> 'patch');
begin
  perform crm.act_as(payload ->> 'actor');
  if new_value <> old_value then
    new_value := crm.update_record(
      lead_key, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
  end if;
  return jsonb_build_object('key', lead_key, 'value', crm.redact(new_value));
end $$;
