-- Every fault that one snapshot shows, put together by code and kind as shared/sync.ts has it. Gives an array, empty when all is well.
-- In plpgsql for the reason of crm.sum_of_kind.
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
      'message', format(message, count), 'remedy', remedy, 'repairable', repairable
    ) order by finding_texts.place, entity), '[]')
    from grouped join crm.finding_texts() as finding_texts using (code)
  );
end $$;

-- What each code means, in the order in which findings are shown. Anything above info is drift.
create or replace function crm.finding_texts()
returns table (place bigint, code text, severity text, repairable boolean, message text, remedy text)
language sql immutable parallel safe
as $$
  select row_number() over (), text.* from (values
    ('row.missing', 'error', false, 'Rows that were stored are gone, and the change log does not say who deleted them: %s.',
      'Restore them from a backup. If somebody removed them on purpose, run in SQL for each: insert into crm.changes (key, operation) values (''<key>'', ''delete'');'),
    ('row.changed', 'error', false, 'Leads whose text is not what was acknowledged, and the change log does not say who changed it: %s.',
      'Compare them with the receipts of their senders and restore them from a backup. If somebody changed them on purpose, run in SQL for each: insert into crm.changes (key, operation) values (''<key>'', ''update'');'),
    ('row.id_mismatch', 'error', false, 'Rows whose value has the id of another row: %s.',
      'The change log says what wrote them. Mend the rows in SQL.'),
    ('row.malformed', 'error', false, 'Rows whose value is not what their key says: %s.', 'Mend the rows in SQL, or delete them.'),
    ('index.missing', 'error', true, 'Rows that are not in the index: %s.', 'Repair rebuilds the index from the rows.'),
    ('index.dangling', 'error', true, 'Entries of the index that lead to no row: %s.', 'Repair rebuilds the index from the rows.'),
    ('index.duplicate', 'error', true, 'Rows that are in the index more than once: %s.', 'Repair rebuilds the index from the rows.'),
    ('lookup.missing', 'error', true, 'Users who cannot be found by their email: %s.', 'Repair writes the lookup again.'),
    ('lookup.dangling', 'error', true, 'Lookups of an email that lead to no user: %s.',
      'Repair leads them to the user who has the email, or removes them.'),
    ('lookup.mismatch', 'error', true, 'Lookups of an email that lead to a user with another one: %s.',
      'Repair leads them to the user who has the email, or removes them.'),
    ('orders_list.missing', 'error', true, 'Orders that are not in the list of their user: %s.', 'Repair rebuilds the list from the orders.'),
    ('orders_list.dangling', 'error', true, 'Lists of orders that name what is no order of that user, or one twice: %s.',
      'Repair rebuilds the list from the orders.'),
    ('totals.mismatch', 'error', true, 'Users whose totals are not the sum of their orders: %s.',
      'Repair adds up the orders again. It changes totalOrders, totalSpent and loyaltyPoints, nothing else.'),
    ('order.user_missing', 'warning', false, 'Orders of a user who is not stored: %s.',
      'Restore the user from a backup, or delete the orders if they are of no account.'),
    ('lead.user_missing', 'warning', false, 'Leads that became a user who is not stored: %s.',
      'Restore the user from a backup, or convert the lead again.'),
    ('log.off', 'warning', false, 'Triggers of the change log that are switched off, passed over, edited or missing, so that writes leave no trace: %s.',
      'Run in SQL: alter table public.kv_store_3cbf86a5 enable trigger crm_log_write, enable trigger crm_log_truncate; If that does not help, `npm run migrate` makes them again, and Test Connection says what is left.'),
    ('durability.off', 'warning', false, 'Settings that let a crash of the server lose what was acknowledged: %s.',
      'Set them to on in the configuration of Postgres and reload it.'),
    ('replica', 'warning', false, 'This is a replica, whose rows may be older than what was acknowledged.',
      'Point the API at the primary.'),
    ('key.unknown', 'info', false, 'Rows under a key that is none of ours: %s.',
      'Nothing reads them. Leave them, or delete them if nothing else of yours needs them.')
  ) as text (code, severity, repairable, message, remedy)
$$;
