-- payload: {days, timeZone}; gives the figures, asOf and changesCursor of one snapshot. `series` has an entry for each of the
-- latest days in that zone. Raises CRM02.
create or replace function public.crm_get_stats(payload jsonb) returns jsonb
language sql stable
as $$
  select figures - 'leadsByDay' || jsonb_build_object(
    'heldSubmissions', (select count(*) from crm.held_submissions),
    'series', jsonb_build_object(
      'timeZone', payload -> 'timeZone', 'days', payload -> 'days', 'leads', figures -> 'leadsByDay'
    ),
    'asOf', crm.iso(now()),
    'changesCursor', crm.changes_cursor()
  )
  from crm.day_starts((payload ->> 'days')::integer, payload ->> 'timeZone') as starts,
    crm.lead_figures(starts, payload ->> 'timeZone') as figures
$$;
