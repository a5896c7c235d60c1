-- payload: {id}; gives {key, value, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_lead(payload jsonb) returns jsonb
language sql stable
as $$ select crm.get_record('lead', payload ->> 'id') $$;
