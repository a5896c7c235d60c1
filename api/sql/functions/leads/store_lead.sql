-- Writes one new lead and its place in the index; the caller's transaction commits both or neither.
-- Gives {leadId, receipt}.
create or replace function crm.store_lead(submission jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  head jsonb := crm.lock_index('leads');
  ms bigint := crm.next_milliseconds(head);
  stored_at timestamptz := date_trunc('milliseconds', clock_timestamp());
  id text := crm.new_id('lead', ms);
  lead jsonb := submission || jsonb_build_object(
    'id', id, 'status', 'new', 'createdAt', crm.iso(stored_at), 'updatedAt', crm.iso(stored_at)
  );
begin
  lead := crm.insert_record('lead:' || id, lead, stored_at);
  perform crm.prepend_id('leads', head, id);
  return jsonb_build_object('leadId', id, 'receipt', crm.receipt('lead:' || id, lead, stored_at));
end $$;
