-- payload: {days, timeZone}; gives the figures, asOf and changesCursor of one snapshot. `series` has an entry for each of the
-- latest days in that zone. Raises CRM02.
-- The planner does not know what reading a field of jsonb costs, so it is told to read on all cores and by the index. The three
-- figures are in PL/pgSQL, because a function in SQL fetches one row at a time and so gets no workers.
create or replace function public.crm_get_stats(payload jsonb) returns jsonb
language sql stable
set parallel_setup_cost = 0
set parallel_tuple_cost = 0
set random_page_cost = 1.1
as $$
  select leads - 'leadsByDay' || users || (orders - array['ordersByDay', 'revenueByDay']) || jsonb_build_object(
    'heldSubmissions', (select count(*) from crm.held_submissions),
    'series', jsonb_build_object(
      'timeZone', zone, 'days', payload -> 'days',
      'leads', leads -> 'leadsByDay', 'orders', orders -> 'ordersByDay', 'revenue', orders -> 'revenueByDay'
    ),
    'asOf', crm.iso(now()),
    'changesCursor', crm.changes_cursor()
  )
  from (select payload ->> 'timeZone' as zone, (payload ->> 'days')::integer as days, crm.today(payload ->> 'timeZone') as today) as asked,
    crm.lead_figures(today - days + 1, today, zone) as leads,
    crm.user_figures(crm.day_start(date_trunc('month', today::timestamp)::date, zone)) as users,
    crm.order_figures(today - days + 1, today, zone) as orders
$$;
