-- payload: {}; gives the report of shared/sync.ts, without projectRef, which only the API knows. All of it is one snapshot: the
-- functions called here are stable, so they see what the calling query sees. Raises CRM03.
-- Right after a repair, or a lot of deleting, the planner's statistics are wrong: it would take thousands of rows for one and loop.
create or replace function public.crm_get_sync(payload jsonb) returns jsonb
language plpgsql stable
set jit = off set enable_nestloop = off set work_mem = '64MB' set statement_timeout = '14s'
as $$
declare
  started timestamptz := clock_timestamp();
  findings jsonb;
  digests jsonb;
begin
  perform crm.require_all_rows();
  findings := crm.sync_findings();
  digests := jsonb_build_object('leads', crm.entity_sum('leads'), 'users', crm.entity_sum('users'), 'orders', crm.entity_sum('orders'));
  return jsonb_build_object(
    'verdict', case when findings @? '$[*] ? (@.severity != "info")' then 'drift' else 'synced' end,
    'checkedAt', crm.iso(started),
    'database', jsonb_build_object(
      'engine', 'PostgreSQL', 'version', current_setting('server_version'), 'table', 'kv_store_3cbf86a5', 'primary', not pg_is_in_recovery(),
      'durability', jsonb_build_object(
        'fsync', current_setting('fsync'), 'synchronous_commit', current_setting('synchronous_commit'), 'full_page_writes', current_setting('full_page_writes')
      )
    ),
    'counts', (
      select jsonb_object_agg(entity, jsonb_build_object(
        'rows', (sum ->> 'count')::bigint + (sum ->> 'withheld')::bigint, 'indexed', crm.indexed_count(entity)
      )) from jsonb_each(digests) as of_kind (entity, sum)
    ),
    'digests', digests,
    'findings', findings,
    'changesCursor', crm.changes_cursor(),
    'durationMs', round(extract(epoch from clock_timestamp() - started) * 1000, 1)
  );
end $$;

-- How many entries an index has. Other than the rows, when it is wrong.
create or replace function crm.indexed_count(entity text) returns bigint
language sql stable parallel safe
as $$
  select coalesce(sum(jsonb_array_length(case jsonb_typeof(value) when 'array' then value else '[]' end)), 0)::bigint from crm.index_rows(entity)
$$;
