-- payload: {user, actor}; gives {key, value}. Raises CRM09 when somebody has the email already, in whatever case.
create or replace function public.crm_create_user(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  stored jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  stored := crm.store_user(payload -> 'user');
  if stored is null then
    raise exception 'A user has this email already. Look them up by it, or use another one.' using errcode = 'CRM09', detail = '{"reason": "email_taken"}';
  end if;
  return stored || jsonb_build_object('value', crm.redact(stored -> 'value'));
end $$;
