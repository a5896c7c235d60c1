-- payload: {id, actor}; stamps lastLogin. Gives {key, value}. Raises CRM04, and CRM09 for an account that is suspended.
create or replace function public.crm_record_login(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
  old_value jsonb := crm.lock_record('user', id, null);
  new_value jsonb := crm.patch_record('user', id, old_value, jsonb_build_object('lastLogin', crm.iso(clock_timestamp())));
begin
  if old_value ->> 'accountStatus' = 'suspended' then
    raise exception 'This account is suspended, so it cannot sign in. Set accountStatus to active first.' using errcode = 'CRM09';
  end if;
  perform crm.act_as(payload ->> 'actor');
  -- updatedAt stays: whoever is editing the account must not lose the edit to a login.
  new_value := crm.update_record('user:' || id, new_value);
  return jsonb_build_object('key', 'user:' || id, 'value', crm.redact(new_value));
end $$;
