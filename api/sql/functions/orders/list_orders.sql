-- payload: {limit, cursor?, status?, userId?, q?, total?}
-- gives {rows: [{key, value, nextStatuses}], nextCursor, changesCursor, total?}, newest first. Reads the rows, never the index.
create or replace function public.crm_list_orders(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select found.key, found.value
    from crm.matching_orders(payload) as found
    where found.key collate "C" < coalesce('order:' || (payload ->> 'cursor'), 'order:order`')
    order by found.key collate "C" desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by key collate "C" desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'rows', coalesce((select jsonb_agg(crm.show_order(key, value) order by key collate "C" desc) from shown), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer
      then substr((select min(key collate "C") from shown), 7) end,
    'changesCursor', crm.changes_cursor()
  ) || case when payload ->> 'total' = '1'
    then jsonb_build_object('total', (select count(*) from crm.matching_orders(payload))) else '{}' end
$$;

-- payload: {id} and what crm_list_orders takes; gives what it gives, of one user. Raises CRM04 when there is no such user.
create or replace function public.crm_list_user_orders(payload jsonb) returns jsonb
language plpgsql stable
as $$
begin
  perform crm.get_record('user', payload ->> 'id');
  return public.crm_list_orders(payload || jsonb_build_object('userId', payload -> 'id'));
end $$;
