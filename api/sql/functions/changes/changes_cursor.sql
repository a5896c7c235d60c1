-- The cursor of crm_list_changes at the snapshot of the calling query: what that snapshot does not show comes after it. Below
-- stands only what had ended when the snapshot was taken; what ended while an older transaction still ran is told once more.
create or replace function crm.changes_cursor() returns text
language sql stable
as $$ select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 || '.999999999999999999' $$;
