-- payload: {id, note, status?, ifMatch?, actor}; adds an entry to the timeline and takes the step it names.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM09.
create or replace function public.crm_add_order_event(payload jsonb) returns jsonb
language sql volatile
as $$
  select crm.change_order(
    payload ->> 'id', payload ->> 'ifMatch', jsonb_strip_nulls(jsonb_build_object('status', payload -> 'status')),
    payload ->> 'note', payload ->> 'actor'
  )
$$;
