-- What was just made, so that a function that somebody edits, drops or adds later is noticed (crm_get_schema). One that shares the name of
-- ours and was not made just now is somebody else's already: calls may reach it instead.
insert into crm.settings (name, value)
select 'functions', crm.function_digests() - array(
  select crm.function_name(other.oid)
  from pg_catalog.pg_proc other join pg_catalog.pg_proc made on made.pronamespace = other.pronamespace and made.proname = other.proname
  where made.xmin = pg_current_xact_id()::xid and other.xmin <> pg_current_xact_id()::xid
)
on conflict (name) do update set value = excluded.value where settings.value <> excluded.value;
