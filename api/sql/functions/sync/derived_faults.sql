-- Where derived rows differ from the records, one row a fault: its code, the kind it counts under and the key it is found at.

create or replace function crm.index_faults(entity text) returns table (code text, key text)
language sql stable parallel safe
as $$
  with entries as (
    select rtrim(entity, 's') || ':' || listed.id as key, count(*) as times
    from crm.index_rows(entity) as index_row, crm.listed_ids(index_row.value) as listed
    group by 1
  )
  select fault.code, coalesce(found.key, entries.key)
  from (select key from crm.entity_rows(entity)) as found full join entries on entries.key = found.key,
    lateral (
      select 'index.missing' as code where entries.key is null
      union all select 'index.dangling' where found.key is null
      union all select 'index.duplicate' where entries.times > 1
    ) as fault
  where entries.key is null or found.key is null or entries.times > 1
  union all
  select 'index.dangling', key from crm.index_rows(entity) where jsonb_typeof(value) <> 'array'
$$;

create or replace function crm.lookup_faults() returns table (code text, key text)
language sql stable parallel safe
as $$
  select code, case code when 'lookup.missing' then 'user:' || (new_value #>> '{}') else key end from crm.lookup_changes()
$$;

-- `list_key` is the list that is wrong, also where the fault is found at an order.
create or replace function crm.orders_list_faults() returns table (code text, key text, list_key text)
language sql stable parallel safe
as $$
  with owners as (
    select key || ':orders' as list_key, substr(key, 6) as user_id from crm.entity_rows('users')
  ), listed as (
    select list.key as list_key, entry.id, count(*) as times
    from crm.order_lists() as list, crm.listed_ids(list.value) as entry
    group by 1, 2
  ), expected as (
    select owners.list_key, substr(orders.key, 7) as id from crm.orders_of_users() as orders join owners using (user_id)
  )
  select 'orders_list.missing', 'order:' || id, list_key from expected left join listed using (list_key, id) where listed.times is null
  union all
  select 'orders_list.dangling', list_key, list_key from listed left join (select list_key, id, true as right_one from expected) as expected using (list_key, id)
  where right_one is null or times > 1
  union all
  select 'orders_list.dangling', list.key, list.key from crm.order_lists() as list left join owners on owners.list_key = list.key
  where owners.list_key is null or jsonb_typeof(list.value) <> 'array'
$$;

create or replace function crm.totals_faults() returns table (code text, key text)
language sql stable parallel safe
as $$
  select 'totals.mismatch', key from crm.expected_totals() where crm.stored_totals(value) <> totals
$$;
