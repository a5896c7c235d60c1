-- What every run ends with.

-- After a dump was restored into another cluster, entries may carry transaction ids from its future. They are all committed:
-- as the oldest of all they keep their order among themselves and hide nothing that follows.
update crm.changes set xid = '3' where xid >= pg_snapshot_xmax(pg_current_snapshot()) and xid <> pg_current_xact_id();

-- The API asks for this version, the number of the last migration.
insert into crm.settings (name, value)
values ('schema', jsonb_build_object('version', (select max(number) from crm.migrations), 'table', 'kv_store_3cbf86a5'))
on conflict (name) do update set value = excluded.value where settings.value <> excluded.value;

-- What was just made, so that a function that somebody edits, drops or adds later is noticed (crm_get_schema). One that shares the name of
-- ours and was not made just now is somebody else's already: calls may reach it instead.
insert into crm.settings (name, value)
select 'functions', crm.function_digests() - array(
  select crm.function_name(other.oid)
  from pg_catalog.pg_proc other join pg_catalog.pg_proc made on made.pronamespace = other.pronamespace and made.proname = other.proname
  where made.xmin = pg_current_xact_id()::xid and other.xmin <> pg_current_xact_id()::xid
)
on conflict (name) do update set value = excluded.value where settings.value <> excluded.value;
