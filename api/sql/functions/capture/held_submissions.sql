-- payload: {limit, cursor?}; gives {held: [{id, heldAt, reasons, submission}], nextCursor, total}, newest first.
create or replace function public.crm_list_held(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select * from crm.held_submissions
    where payload ->> 'cursor' is null or id < payload ->> 'cursor'
    order by id desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by id desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'held', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', id, 'heldAt', crm.iso(held_at), 'reasons', reasons, 'submission', submission
      ) order by id desc) from shown
    ), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer then (select min(id) from shown) end,
    'total', (select count(*) from crm.held_submissions)
  )
$$;

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

-- payload: {id}; removes the held submission for good. Gives {deleted}, raises CRM04 when it is not held.
create or replace function public.crm_delete_held(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  delete from crm.held_submissions where id = payload ->> 'id';
  if not found then
    raise exception 'No submission is held under this id. It may have been released or deleted.' using errcode = 'CRM04';
  end if;
  return jsonb_build_object('deleted', payload ->> 'id');
end $$;

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
