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
