-- payload: {id, ifMatch?, actor}; the lead becomes the user who has its email, or a new one. Gives {lead, user, created}, both as
-- {key, value}; once more gives the same user. Raises CRM04, CRM09.
create or replace function public.crm_convert_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
  old_value jsonb := crm.lock_record('lead', id, payload ->> 'ifMatch');
  -- Refuses a row that is no lead before anything is made of it.
  new_value jsonb := crm.patch_record('lead', id, old_value, '{"status": "converted"}');
  user_key text := (select key from public.kv_store_3cbf86a5 where key = 'user:' || (old_value ->> 'convertedToUserId'));
  stored jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  loop
    user_key := coalesce(user_key, crm.user_with_email(old_value ->> 'email'));
    -- Locked, so that nobody deletes them meanwhile.
    perform from public.kv_store_3cbf86a5 where key = user_key for update;
    exit when found;
    stored := crm.store_user(crm.user_of_lead(old_value));
    user_key := stored ->> 'key';
    exit when user_key is not null;
  end loop;
  -- Nor is anything stored for a row that is no user.
  if stored is null then
    perform crm.patch_record('user', substr(user_key, 6), (select value from public.kv_store_3cbf86a5 where key = user_key), '{}');
  end if;
  new_value := new_value || jsonb_build_object('convertedToUserId', substr(user_key, 6));
  if new_value <> old_value then
    new_value := crm.update_record(
      'lead:' || id, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
  end if;
  return jsonb_build_object(
    'lead', jsonb_build_object('key', 'lead:' || id, 'value', crm.redact(new_value)),
    'user', crm.get_record('user', substr(user_key, 6)),
    'created', stored is not null
  );
end $$;

-- What a new user takes over from a lead; one without a name is called by the email.
create or replace function crm.user_of_lead(lead jsonb) returns jsonb
language sql immutable
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'email', lead -> 'email', 'name', coalesce(nullif(lead ->> 'name', ''), lead ->> 'email'), 'phone', lead -> 'phone',
    'accountStatus', 'active'
  ))
$$;
