-- payload: {after?, limit}; gives {changes, nextCursor, more}, oldest first. Raises CRM01 for a cursor of another database.
-- A transaction that started earlier may commit later. Pages therefore end below the oldest one still running, in the order of
-- transaction ids: everything below is final, so no cursor ever passes an entry that is still to appear.
create or replace function public.crm_list_changes(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  final_below xid8 := pg_snapshot_xmin(pg_current_snapshot());
  after_xid xid8 := split_part(coalesce(payload ->> 'after', '0.0'), '.', 1)::xid8;
  after_seq bigint := split_part(coalesce(payload ->> 'after', '0.0'), '.', 2)::bigint;
begin
  if after_xid >= final_below then
    raise exception 'This cursor is ahead of the database, which may have been restored. Start again without a cursor.' using errcode = 'CRM01';
  end if;
  return (
    with page as (
      select entry from crm.changes as entry
      where entry.xid < final_below and (entry.xid, entry.seq) > (after_xid, after_seq)
      order by entry.xid, entry.seq
      limit (payload ->> 'limit')::integer + 1
    ), shown as (
      select entry from page order by (entry).xid, (entry).seq limit (payload ->> 'limit')::integer
    )
    select jsonb_build_object(
      'changes', coalesce((select jsonb_agg(crm.describe_change(entry) order by (entry).xid, (entry).seq) from shown), '[]'),
      'nextCursor', coalesce(
        (select (entry).xid || '.' || (entry).seq from shown order by (entry).xid desc, (entry).seq desc limit 1),
        payload ->> 'after', '0.0'
      ),
      'more', (select count(*) from page) > (payload ->> 'limit')::integer
    )
  );
end $$;
