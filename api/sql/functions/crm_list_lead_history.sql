-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the lead nor an entry exists.
create or replace function public.crm_list_lead_history(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  lead_key text := 'lead:' || (payload ->> 'id');
  entries jsonb;
begin
  select jsonb_agg(crm.describe_change(entry) order by (entry).seq) into entries
  from (select entry from crm.changes as entry where entry.key collate "C" = lead_key order by seq desc limit 500) as latest;
  if entries is null and not exists (select 1 from public.kv_store_3cbf86a5 where key = lead_key) then
    raise exception 'No lead has this id. It may have been deleted.' using errcode = 'CRM04';
  end if;
  return jsonb_build_object('changes', coalesce(entries, '[]'));
end $$;
