-- payload: {id, nonce}; stores a row that is no record under `canary:<id>`, so that somebody else may read it back, and removes those
-- that interrupted runs have left. Gives {key, text, digest, transactionId, leftovers}.
create or replace function public.crm_write_canary(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  leftovers integer;
  canary public.kv_store_3cbf86a5;
begin
  delete from public.kv_store_3cbf86a5
  where key collate "C" >= 'canary:' and key collate "C" < 'canary;' and key ~ '^canary:[0-9a-f-]{36}$'
    and created_at < now() - interval '5 minutes';
  get diagnostics leftovers = row_count;
  insert into public.kv_store_3cbf86a5 (key, value)
  values ('canary:' || (payload ->> 'id')::uuid, jsonb_build_object('nonce', payload -> 'nonce', 'at', crm.iso(clock_timestamp())))
  returning * into canary;
  if not found then
    perform crm.refuse_write();
  end if;
  return jsonb_build_object(
    'key', canary.key,
    'text', canary.value::text,
    'digest', crm.digest(canary.key, canary.value),
    'transactionId', pg_current_xact_id()::text,
    'leftovers', leftovers
  );
end $$;

-- payload: {id}; gives {text, digest} of a row that crm_write_canary stored, both null when it is not there.
create or replace function public.crm_get_canary(payload jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object('text', min(value::text), 'digest', min(crm.digest(key, value)))
  from public.kv_store_3cbf86a5 where key = 'canary:' || (payload ->> 'id')::uuid
$$;

-- payload: {id}; removes a row that crm_write_canary stored. Gives {removed}, which is false when it was not there.
create or replace function public.crm_remove_canary(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  delete from public.kv_store_3cbf86a5 where key = 'canary:' || (payload ->> 'id')::uuid;
  return jsonb_build_object('removed', found);
end $$;
