-- payload: {id, actor}; the held submission becomes a lead. Gives {leadId, receipt}, raises CRM04 when it is not held.
create or replace function public.crm_release_held(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  held crm.held_submissions;
  result jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  delete from crm.held_submissions where id = payload ->> 'id' returning * into held;
  if not found then
    raise exception 'No submission is held under this id. It may have been released or deleted.' using errcode = 'CRM04';
  end if;
  result := crm.store_lead(held.submission);
  -- From now on a retry of the visitor's submission answers with the lead it became.
  update crm.submissions set outcome = result where submission_id = held.submission_id;
  return result;
end $$;
