-- payload: {lead, submissionId?, address?, limits: {perAddress, perService}, suspicions: [], actor}
-- gives {leadId, receipt} or, when anything is suspicious, {heldId, receipt}; `replayed: true` when this submission id was
-- stored before. Raises CRM22 when the id came with another body, CRM29 when a limit is reached.
create or replace function public.crm_capture_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  submission uuid := (payload ->> 'submissionId')::uuid;
  earlier jsonb;
  result jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  earlier := crm.claim_submission(submission, (payload -> 'lead')::text);
  if earlier is not null then
    return earlier || '{"replayed": true}';
  end if;

  -- Only now: a visitor whose lead is stored gets the receipt again, however busy the service is.
  perform crm.limit_rate(
    payload ->> 'address', (payload #>> '{limits,perAddress}')::integer, (payload #>> '{limits,perService}')::integer
  );

  if payload -> 'suspicions' = '[]' then
    result := crm.store_lead(payload -> 'lead');
  else
    result := crm.hold_submission(submission, payload -> 'lead', payload -> 'suspicions');
  end if;
  update crm.submissions set outcome = result where submission_id = submission;
  return result || '{"replayed": false}';
end $$;
