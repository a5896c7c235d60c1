-- payload: {id}; gives {key, value, nextStatuses, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_order(payload jsonb) returns jsonb
language sql stable
as $$ select found || crm.show_order(found ->> 'key', found -> 'value') from crm.get_record('order', payload ->> 'id') as found $$;
