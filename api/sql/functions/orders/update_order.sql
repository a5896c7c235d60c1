-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay; sums that are left out follow.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM05, CRM09; a patch that changes nothing writes nothing.
create or replace function public.crm_update_order(payload jsonb) returns jsonb
language sql volatile
as $$
  select crm.change_order(payload ->> 'id', payload ->> 'ifMatch', payload -> 'patch', null, payload ->> 'actor')
$$;
