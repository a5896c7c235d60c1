-- payload: {id, ifMatch?, actor}; removes the lead, its index entry and what the log said of the person. Its submission id
-- stays claimed, so that a late retry brings nobody back.
-- Gives {deleted}. Raises CRM04, CRM09.
create or replace function public.crm_delete_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  perform crm.act_as(payload ->> 'actor');
  perform crm.lock_record('lead', payload ->> 'id', payload ->> 'ifMatch');
  perform crm.delete_record('lead:' || (payload ->> 'id'));
  perform crm.remove_ids('leads', array[payload ->> 'id']);
  return jsonb_build_object('deleted', payload ->> 'id');
end $$;
