-- payload: {id}; gives {text, digest} of a row that crm_write_canary stored, both null when it is not there.
create or replace function public.crm_get_canary(payload jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object('text', min(value::text), 'digest', min(crm.digest(key, value)))
  from public.kv_store_3cbf86a5 where key = 'canary:' || (payload ->> 'id')::uuid
$$;
