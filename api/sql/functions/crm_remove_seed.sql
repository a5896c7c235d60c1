-- payload: {actor}; removes the demo records, edited or not, and what the log said of them. Gives {removed: {leads}}.
create or replace function public.crm_remove_seed(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  ids text[] := array(select id from crm.seed_leads() order by id);
  removed_leads integer;
begin
  perform crm.act_as(payload ->> 'actor');
  perform from public.kv_store_3cbf86a5 where key = any (select 'lead:' || id from unnest(ids) as id) order by key for update;
  delete from public.kv_store_3cbf86a5 where key = any (select 'lead:' || id from unnest(ids) as id);
  get diagnostics removed_leads = row_count;
  if removed_leads > 0 then
    perform crm.remove_ids('leads', ids);
  end if;
  return jsonb_build_object('removed', jsonb_build_object('leads', removed_leads));
end $$;
