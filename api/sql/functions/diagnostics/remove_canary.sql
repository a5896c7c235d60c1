-- payload: {id}; removes a row that crm_write_canary stored. Gives {removed}, which is false when it was not there.
create or replace function public.crm_remove_canary(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  delete from public.kv_store_3cbf86a5 where key = 'canary:' || (payload ->> 'id')::uuid;
  return jsonb_build_object('removed', found);
end $$;
