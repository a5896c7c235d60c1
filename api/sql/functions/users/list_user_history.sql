-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the user nor an entry exists.
create or replace function public.crm_list_user_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('user', payload ->> 'id') $$;
