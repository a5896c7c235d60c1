-- One log entry as the API shows it.
create or replace function crm.describe_change(entry crm.changes) returns jsonb
language sql immutable
as $$
  select jsonb_build_object(
    'cursor', entry.xid || '.' || entry.seq,
    'key', entry.key,
    'operation', entry.operation,
    'actor', entry.actor,
    'at', crm.iso(entry.at),
    'fields', coalesce((
      select jsonb_object_agg(name, (
        case when entry.old_fields ? name then jsonb_build_object('from', entry.old_fields -> name) else '{}' end
      ) || (
        case when entry.new_fields ? name then jsonb_build_object('to', entry.new_fields -> name) else '{}' end
      ))
      from (
        select jsonb_object_keys(entry.old_fields) as name union select jsonb_object_keys(entry.new_fields)
      ) as changed
    ), '{}')
  )
$$;
