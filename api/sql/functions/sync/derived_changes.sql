-- What has to be written so that the derived rows say what the records do: one row for each that is wrong, `old_value` null where there is
-- none yet, `new_value` null where none should be. Of users only the totals change. Empty when crm_get_sync finds nothing repairable.
create or replace function crm.derived_changes() returns table (key text, code text, old_value jsonb, new_value jsonb)
language sql stable parallel safe
as $$
  select * from crm.index_changes('leads')
  union all select * from crm.index_changes('users')
  union all select * from crm.index_changes('orders')
  union all select * from crm.lookup_changes()
  union all
  select wrong.list_key, wrong.code, stored.value, expected.list
  from (select list_key, max(code) as code from crm.orders_list_faults() group by list_key) as wrong
  left join crm.order_lists() as stored on stored.key = wrong.list_key
  left join crm.expected_order_lists() as expected on expected.key = wrong.list_key
  union all
  select found.key, 'totals.mismatch', found.value, found.value || found.totals
  from crm.expected_totals() as found where crm.stored_totals(found.value) <> found.totals
$$;

-- The whole index anew, when anything is wrong with it.
create or replace function crm.index_changes(entity text) returns table (key text, code text, old_value jsonb, new_value jsonb)
language sql stable parallel safe
as $$
  select coalesce(stored.key, expected.key), wrong.code, stored.value, expected.ids
  from (select max(code) as code from crm.index_faults(entity)) as wrong,
    crm.index_rows(entity) as stored full join crm.expected_index(entity) as expected on expected.key = stored.key
  where wrong.code is not null and stored.value is distinct from expected.ids
$$;

create or replace function crm.lookup_changes() returns table (key text, code text, old_value jsonb, new_value jsonb)
language sql stable parallel safe
as $$
  select coalesce(stored.key, expected.key),
    case when stored.key is null then 'lookup.missing' when owner.key is null then 'lookup.dangling' else 'lookup.mismatch' end,
    stored.value, to_jsonb(expected.owner)
  from crm.expected_lookups() as expected
  full join (select key, value, 'user:' || (value #>> '{}') as owner_key from crm.email_lookups()) as stored on stored.key = expected.key
  left join (select key from crm.entity_rows('users')) as owner on owner.key = stored.owner_key
  where stored.value is distinct from to_jsonb(expected.owner)
$$;

-- The index as crm.prepend_id lays it out: in the head the newest 101 to 200 ids, or all there are, the others a hundred a segment.
create or replace function crm.expected_index(entity text) returns table (key text, ids jsonb)
language sql stable parallel safe
as $$
  select entity || ':index' || case when place > total - kept then '' else ':' || (place - 1) / 100 + 1 end, jsonb_agg(id order by place desc)
  from (
    select substr(found.key, length(entity) + 1) as id, row_number() over (order by found.key collate "C") as place, count(*) over () as total
    from crm.entity_rows(entity) as found
  ) as numbered, lateral (select case when total > 200 then 101 + (total - 1) % 100 else total end as kept) as head
  group by 1
  union all
  select entity || ':index', '[]' where not exists (select from crm.entity_rows(entity))
$$;

create or replace function crm.expected_order_lists() returns table (key text, list jsonb)
language sql stable parallel safe
as $$
  select owner.key || ':orders', jsonb_agg(substr(orders.key, 7) order by orders.key collate "C" desc)
  from crm.orders_of_users() as orders join (select key from crm.entity_rows('users')) as owner on owner.key = 'user:' || orders.user_id
  group by owner.key
$$;
