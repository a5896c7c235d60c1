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

-- payload: {entity, after?, limit, whole, nonce?}
-- gives {nonce, entity, rows: [{key, text}], withheld, page: {count, digest}, nextAfter, whole, asOf, changesCursor}: the records of
-- one kind by key, ascending, as Postgres stores them, and its own sums of them, all of one snapshot. Raises CRM03.
-- A page ends at `limit` rows, or at 8 MB: old installs have photos in rows, and more than an edge function or jsonb can hold.
-- The "C" index gives them in their order. A planner that has not yet analyzed the table would rather sort all of it for each page.
create or replace function public.crm_list_stored_rows(payload jsonb) returns jsonb
language plpgsql stable set enable_sort = off
as $$
declare
  entity text := payload ->> 'entity';
  keys text[] := '{}';
  octets bigint := 0;
  is_more boolean := false;
  next record;
begin
  perform crm.require_all_rows();
  for next in
    select found.key, octet_length(found.value::text) as octets from crm.entity_rows(entity) as found
    where found.key collate "C" > coalesce(payload ->> 'after', '')
    order by found.key collate "C"
    limit (payload ->> 'limit')::integer + 1
  loop
    octets := octets + next.octets;
    is_more := cardinality(keys) = (payload ->> 'limit')::integer or (octets > 8000000 and keys <> '{}');
    exit when is_more;
    keys := keys || next.key;
  end loop;
  return crm.stored_texts(keys) || jsonb_build_object(
    'nonce', payload -> 'nonce',
    'entity', entity,
    'nextAfter', case when is_more then keys[cardinality(keys)] end,
    'whole', case when (payload -> 'whole')::boolean then crm.entity_sum(entity) end
  );
end $$;
