-- payload: {id}; gives {key, value, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_lead(payload jsonb) returns jsonb
language sql stable
as $$ select crm.get_record('lead', payload ->> 'id') $$;

-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the lead nor an entry exists.
create or replace function public.crm_list_lead_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('lead', payload ->> 'id') $$;
