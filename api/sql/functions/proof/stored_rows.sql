-- payload: {keys, nonce?}
-- gives {nonce, rows: [{key, text}], withheld, page: {count, digest}, missing, asOf, changesCursor}: the rows of these keys as
-- Postgres stores them, all of one snapshot. Raises CRM03.
create or replace function public.crm_get_stored_rows(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  keys text[] := array(select jsonb_array_elements_text(payload -> 'keys'));
begin
  perform crm.require_all_rows();
  return crm.stored_texts(keys) || jsonb_build_object(
    'nonce', payload -> 'nonce',
    'missing', (
      select coalesce(jsonb_agg(distinct asked), '[]') from unnest(keys) as asked
      where not exists (select from public.kv_store_3cbf86a5 where key = asked)
    )
  );
end $$;
