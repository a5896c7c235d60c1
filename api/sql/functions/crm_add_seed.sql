-- payload: {actor}; adds the demo records that are missing. Gives {added: {leads}}; the second of two at once waits for the first
-- and adds nothing.
create or replace function public.crm_add_seed(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  added_leads integer;
begin
  perform crm.act_as(payload ->> 'actor');
  insert into public.kv_store_3cbf86a5 (key, value, created_at)
  select 'lead:' || id, lead || jsonb_build_object(
    'id', id, 'seed', true, 'createdAt', crm.iso(now() - age), 'updatedAt', crm.iso(now() - age)
  ), now() - age
  from crm.seed_leads() order by id
  on conflict (key) do nothing;
  get diagnostics added_leads = row_count;
  if added_leads > 0 then
    perform crm.append_ids('leads', array(select id from crm.seed_leads() order by id desc));
  end if;
  return jsonb_build_object('added', jsonb_build_object('leads', added_leads));
end $$;
