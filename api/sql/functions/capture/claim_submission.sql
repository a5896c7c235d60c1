-- Claims a submission id, so that one id is one record. Gives null when it is new or null, else what came of it before.
-- `content` is what was sent, with the kind of record in front where that is no lead. Raises CRM22 when it was other content.
create or replace function crm.claim_submission(id uuid, content text) returns jsonb
language plpgsql volatile
as $$
declare
  body_hash bytea := crm.keyed_hash(id || content);
  earlier crm.submissions;
begin
  if id is null then
    return null;
  end if;
  -- Claim and work are one transaction: a second post of the same id waits here until the first has committed.
  insert into crm.submissions (submission_id, fingerprint) values (id, body_hash) on conflict do nothing;
  if found then
    return null;
  end if;
  select * into earlier from crm.submissions where submission_id = id;
  if earlier.fingerprint <> body_hash then
    raise exception 'This submission was already stored with other content. Use a new submissionId to send the changed version.' using errcode = 'CRM22';
  end if;
  return earlier.outcome;
end $$;
