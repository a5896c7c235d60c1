-- payload: {lead, submissionId?, address?, limits: {perAddress, perService}, suspicions: [], actor}
-- gives {leadId, receipt} or, when anything is suspicious, {heldId, receipt}; `replayed: true` when this submission id was
-- stored before. Raises CRM22 when the id came with another body, CRM29 when a limit is reached.
create or replace function public.crm_capture_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  submission uuid := (payload ->> 'submissionId')::uuid;
  body_hash bytea := crm.keyed_hash(payload ->> 'submissionId' || (payload -> 'lead')::text);
  earlier crm.submissions;
  result jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  if submission is not null then
    -- Claim and work are one transaction: a second post of the same id waits here until the first has committed.
    insert into crm.submissions (submission_id, fingerprint) values (submission, body_hash) on conflict do nothing;
    if not found then
      select * into earlier from crm.submissions where submission_id = submission;
      if earlier.fingerprint <> body_hash then
        raise exception 'This submission was already stored with other content. Use a new submissionId to send the changed version.' using errcode = 'CRM22';
      end if;
      return earlier.outcome || '{"replayed": true}';
    end if;
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
