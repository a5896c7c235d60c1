-- payload: {id} and what crm_list_orders takes; gives what it gives, of one user. Raises CRM04 when there is no such user.
create or replace function public.crm_list_user_orders(payload jsonb) returns jsonb
language plpgsql stable
as $$
begin
  perform crm.get_record('user', payload ->> 'id');
  return public.crm_list_orders(payload || jsonb_build_object('userId', payload -> 'id'));
end $$;
