-- payload: {order, submissionId?, actor}; sums that are left out are computed. Gives {key, value, nextStatuses, replayed}: the order
-- as it is now when this submission id was stored before. Raises CRM04 when there is no such user or the order of the submission was
-- deleted, CRM05 when the sums do not add up, CRM09 when the row is no user, CRM22 when the id came with another order or a lead.
create or replace function public.crm_create_order(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  details jsonb := payload -> 'order';
  submission uuid := (payload ->> 'submissionId')::uuid;
  user_id text := details ->> 'userId';
  sums jsonb := crm.order_sums(details, details);
  earlier jsonb;
  number text;
  head jsonb;
  id text;
  stored_at timestamptz;
  value jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  earlier := crm.claim_submission(submission, 'order' || details::text);
  if earlier is not null then
    return public.crm_get_order(jsonb_build_object('id', earlier -> 'orderId')) || '{"replayed": true}';
  end if;
  perform crm.patch_record('user', user_id, crm.lock_record('user', user_id, null), '{}');
  number := crm.next_order_number();
  head := crm.lock_index('orders');
  id := crm.new_id('order', crm.next_milliseconds(head));
  stored_at := date_trunc('milliseconds', clock_timestamp());
  value := jsonb_build_object('paymentStatus', case details ->> 'status' when 'processing' then 'paid' else 'pending' end)
    || details || sums || jsonb_build_object(
      'id', id, 'orderNumber', number, 'completed', false,
      'timeline', jsonb_build_array(crm.timeline_entry(details ->> 'status', null, payload ->> 'actor')),
      'createdAt', crm.iso(stored_at), 'updatedAt', crm.iso(stored_at)
    );
  value := crm.insert_record('order:' || id, value, stored_at);
  perform crm.add_to_orders_list(user_id, id);
  perform crm.credit_user(user_id, null, value);
  perform crm.prepend_id('orders', head, id);
  update crm.submissions set outcome = jsonb_build_object('orderId', id) where submission_id = submission;
  return crm.show_order('order:' || id, value) || '{"replayed": false}';
end $$;
