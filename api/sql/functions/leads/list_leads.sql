-- payload: {limit, cursor?, status?, source?, convertedToUserId?, q?, from?, to?, total?}
-- gives {rows: [{key, value}], nextCursor, changesCursor, total?}, newest first. Reads the rows, never the index.
create or replace function public.crm_list_leads(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select lead.key, lead.value
    from crm.matching_leads(payload) as lead
    where lead.key collate "C" < coalesce('lead:' || (payload ->> 'cursor'), 'lead:lead`')
    order by lead.key collate "C" desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by key collate "C" desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'rows', coalesce((
      select jsonb_agg(jsonb_build_object('key', key, 'value', crm.redact(value)) order by key collate "C" desc) from shown
    ), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer
      then substr((select min(key collate "C") from shown), 6) end,
    'changesCursor', crm.changes_cursor()
  ) || case when payload ->> 'total' = '1'
    then jsonb_build_object('total', (select count(*) from crm.matching_leads(payload))) else '{}' end
$$;
