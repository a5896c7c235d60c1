-- Every fault that one snapshot shows, put together by code and kind as shared/sync.ts has it. Gives an array, empty when all is well.
-- In plpgsql for the reason of crm.entity_sum.
create or replace function crm.sync_findings() returns jsonb
language plpgsql stable
as $$
declare
  -- Before the query, which workers could not help with.
  triggers jsonb := public.crm_get_schema('{}') -> 'triggers';
begin
  return (
    with faults as (
      select code, entity, key from crm.shape_faults()
      union all select code, entity, key from crm.user_missing_faults()
      union all select 'row.missing', split_part(key, ':', 1) || 's', key from crm.missing_rows()
      union all select code, 'leads', key from crm.receipt_faults()
      union all select 'key.unknown', 'table', key from crm.unknown_keys()
      union all select code, 'leads', key from crm.index_faults('leads')
      union all select code, 'users', key from crm.index_faults('users')
      union all select code, 'orders', key from crm.index_faults('orders')
      union all select code, 'users', key from crm.lookup_faults()
      union all select code, 'orders', key from crm.orders_list_faults()
      union all select code, 'users', key from crm.totals_faults()
      union all select 'log.off', 'table', name from jsonb_each_text(triggers) as log_trigger (name, state)
      where starts_with(name, 'crm_log_') and state <> 'on'
      union all select 'durability.off', 'database', name from unnest(array['fsync', 'synchronous_commit', 'full_page_writes']) as name
      where current_setting(name) = 'off'
      union all select 'replica', 'database', null where pg_is_in_recovery()
    ), keyed as (
      -- A row with two faults of one kind is one of the rows that have it. A text in an index may be long, and is no key of ours.
      select code, entity, left(key, 200) as key, row_number() over (partition by code, entity order by key collate "C") as place
      from (select distinct code, entity, key from faults) as distinct_fault
    ), grouped as (
      select code, entity, count(*) as count, coalesce(jsonb_agg(key order by place) filter (where place <= 20 and key is not null), '[]') as keys
      from keyed group by code, entity
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'code', code, 'severity', severity, 'entity', entity, 'count', count, 'keys', keys,
      'message', format(message, count), 'remedy', replace(remedy, '<sql>', coalesce(statement, '')),
      'statements', case when statement is null then '[]' else jsonb_build_array(statement) end, 'repairable', repairable
    ) order by finding_texts.place, entity), '[]')
    from grouped join crm.finding_texts() as finding_texts using (code) left join (values
      ('row.missing', 'insert into crm.changes (key, operation) values (''<key>'', ''delete'');'),
      ('row.changed', 'insert into crm.changes (key, operation) values (''<key>'', ''update'');'),
      ('log.off', 'alter table public.kv_store_3cbf86a5 enable trigger crm_log_write, enable trigger crm_log_truncate;')
    ) as runnable (code, statement) using (code)
  );
end $$;
