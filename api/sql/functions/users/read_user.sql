-- payload: {id}; gives {key, value, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_user(payload jsonb) returns jsonb
language sql stable
as $$ select crm.get_record('user', payload ->> 'id') $$;

-- payload: {email}; gives {key, value} of the user whose email this is, in whatever case. Raises CRM04.
create or replace function public.crm_get_user_by_email(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  user_key text := crm.user_with_email(payload ->> 'email');
begin
  if user_key is null then
    raise exception 'No user has this email.' using errcode = 'CRM04';
  end if;
  return crm.get_record('user', substr(user_key, 6));
end $$;

-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the user nor an entry exists.
create or replace function public.crm_list_user_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('user', payload ->> 'id') $$;
