-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay; a new email moves the lookup.
-- Gives {key, value}. Raises CRM04, and CRM09 also when somebody else has the new email.
create or replace function public.crm_update_user(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
  old_value jsonb := crm.lock_record('user', id, payload ->> 'ifMatch');
  new_value jsonb := crm.patch_record('user', id, old_value, payload -> 'patch');
begin
  perform crm.act_as(payload ->> 'actor');
  if new_value <> old_value then
    perform crm.move_email(id, old_value ->> 'email', new_value ->> 'email');
    new_value := crm.update_record(
      'user:' || id, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
  end if;
  return jsonb_build_object('key', 'user:' || id, 'value', crm.redact(new_value));
end $$;
