-- Keeps a suspicious submission aside until a person has looked at it. Gives {heldId, receipt}.
create or replace function crm.hold_submission(submission_id uuid, submission jsonb, reasons jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  held_at timestamptz := date_trunc('milliseconds', clock_timestamp());
  id text := crm.new_id('held', crm.milliseconds(held_at));
begin
  insert into crm.held_submissions (id, submission_id, reasons, submission, held_at)
  values (id, hold_submission.submission_id, hold_submission.reasons, hold_submission.submission, held_at);
  return jsonb_build_object('heldId', id, 'receipt', crm.receipt(id, submission, held_at));
end $$;
