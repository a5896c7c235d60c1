-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the order nor an entry exists.
create or replace function public.crm_list_order_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('order', payload ->> 'id') $$;
