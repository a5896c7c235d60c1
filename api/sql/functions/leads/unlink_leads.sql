-- Takes the mention of a user out of the leads they came from. Leads lock before users, so this goes before crm.remove_user.
create or replace function crm.unlink_leads(user_id text) returns void
language plpgsql volatile
as $$
declare
  lead_key text;
  lead jsonb;
begin
  for lead_key in select key from crm.matching_leads('{}') where value ->> 'convertedToUserId' = user_id order by key collate "C" loop
    select value into lead from public.kv_store_3cbf86a5 where key = lead_key and value ->> 'convertedToUserId' = user_id for update;
    if found then
      perform crm.update_record(
        lead_key, lead - 'convertedToUserId' || jsonb_build_object('updatedAt', crm.next_version(lead ->> 'updatedAt'))
      );
    end if;
  end loop;
end $$;
