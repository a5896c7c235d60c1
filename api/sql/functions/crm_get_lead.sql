-- payload: {id}; gives {key, value}, raises CRM04 when there is no such row.
create or replace function public.crm_get_lead(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  found_row jsonb;
begin
  select jsonb_build_object('key', key, 'value', crm.redact(value)) into found_row
  from public.kv_store_3cbf86a5 where key = 'lead:' || (payload ->> 'id');
  if not found then
    raise exception 'No lead has this id. It may have been deleted.' using errcode = 'CRM04';
  end if;
  return found_row;
end $$;
