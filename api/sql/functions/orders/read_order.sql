-- payload: {id}; gives {key, value, nextStatuses, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_order(payload jsonb) returns jsonb
language sql stable
as $$ select found || crm.show_order(found ->> 'key', found -> 'value') from crm.get_record('order', payload ->> 'id') as found $$;

-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the order nor an entry exists.
create or replace function public.crm_list_order_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('order', payload ->> 'id') $$;

-- One row as the API shows it.
create or replace function crm.show_order(key text, value jsonb) returns jsonb
language sql immutable
as $$
  select jsonb_build_object('key', key, 'value', crm.redact(value), 'nextStatuses', to_jsonb(crm.next_statuses(value ->> 'status')))
$$;
