-- gives {engine, table, schemaVersion} after reading the table and the settings. Raises CRM03 when row level security hides
-- rows from this role: they would be missing from every answer without an error.
create or replace function public.crm_check_health(payload jsonb) returns jsonb
language plpgsql stable
as $$
begin
  perform crm.require_all_rows();
  return jsonb_build_object(
    'engine', 'PostgreSQL ' || current_setting('server_version'),
    'table', 'kv_store_3cbf86a5',
    'schemaVersion', (select value -> 'version' from crm.settings where name = 'schema'),
    'readable', (select count(*) from (select 1 from public.kv_store_3cbf86a5 limit 1) as probe)
  );
end $$;
