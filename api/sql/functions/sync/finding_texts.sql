-- What each code means, in the order in which findings are shown. `<sql>` is where the statement to run belongs. Anything above info is drift.
create or replace function crm.finding_texts()
returns table (place bigint, code text, severity text, repairable boolean, message text, remedy text)
language sql immutable parallel safe
as $$
  select row_number() over (), text.* from (values
    ('row.missing', 'error', false, 'Rows that were stored are gone, and the change log does not say who deleted them: %s.',
      'Restore them from a backup. If somebody removed them on purpose, run in SQL for each: <sql>'),
    ('row.changed', 'error', false, 'Leads whose text is not what was acknowledged, and the change log does not say who changed it: %s.',
      'Compare them with the receipts of their senders and restore them from a backup. If somebody changed them on purpose, run in SQL for each: <sql>'),
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
      'Run in SQL: <sql> If that does not help, `npm run migrate` makes them again, and Test Connection says what is left.'),
    ('durability.off', 'warning', false, 'Settings that let a crash of the server lose what was acknowledged: %s.',
      'Set them to on in the configuration of Postgres and reload it.'),
    ('replica', 'warning', false, 'This is a replica, whose rows may be older than what was acknowledged.',
      'Point the API at the primary.'),
    ('key.unknown', 'info', false, 'Rows under a key that is none of ours: %s.',
      'Nothing reads them. Leave them, or delete them if nothing else of yours needs them.')
  ) as text (code, severity, repairable, message, remedy)
$$;
