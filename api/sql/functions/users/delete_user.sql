-- payload: {id, ifMatch?, actor}; removes the user, the lookup, the index entry, what the log said of the person, and the mention
-- in the leads they came from. Gives {deleted}. Raises CRM04, and CRM09 also while the user has orders.
create or replace function public.crm_delete_user(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
begin
  perform crm.act_as(payload ->> 'actor');
  perform crm.unlink_leads(id);
  perform crm.remove_user(id, crm.lock_record('user', id, payload ->> 'ifMatch'));
  perform crm.remove_ids('users', array[id]);
  return jsonb_build_object('deleted', id);
end $$;
