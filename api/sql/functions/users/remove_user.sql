-- Takes a locked user and the lookup of their email out of the table; the index is left to the caller. Raises CRM09 while the user
-- has orders: those are accounts of money, which do not vanish on the side.
create or replace function crm.remove_user(id text, value jsonb) returns void
language plpgsql volatile
as $$
declare
  orders bigint := (select count(*) from crm.matching_orders('{}') as found where found.value ->> 'userId' = id);
begin
  if orders > 0 then
    raise exception 'The user % has orders (%). Delete those first, or set accountStatus to suspended and keep everything.', id, orders using errcode = 'CRM09', detail = '{"reason": "user_has_orders"}';
  end if;
  if exists (select from crm.matching_leads('{}') as lead where lead.value ->> 'convertedToUserId' = id) then
    raise exception 'A lead was just converted to the user %. Try again.', id using errcode = 'CRM09';
  end if;
  perform crm.release_email(value ->> 'email', id);
  perform crm.delete_record('user:' || id);
  delete from public.kv_store_3cbf86a5 where key = 'user:' || id || ':orders';
end $$;
