-- payload: {id, ifMatch?, actor}; removes the order, its place in both lists, what the log said of it, and takes back what it added
-- to the totals of its user. Gives {deleted}. Raises CRM04, CRM09.
create or replace function public.crm_delete_order(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
begin
  perform crm.act_as(payload ->> 'actor');
  perform crm.remove_order(id, crm.lock_record('order', id, payload ->> 'ifMatch'));
  perform crm.remove_ids('orders', array[id]);
  return jsonb_build_object('deleted', id);
end $$;
