-- {changes} of one record, oldest first, the latest 500. Raises CRM04 when neither the record nor an entry exists.
create or replace function crm.history_of(kind text, id text) returns jsonb
language plpgsql stable
as $$
declare
  record_key text := kind || ':' || id;
  entries jsonb;
begin
  select jsonb_agg(crm.describe_change(entry) order by (entry).seq) into entries
  from (select entry from crm.changes as entry where entry.key collate "C" = record_key order by seq desc limit 500) as latest;
  if entries is null and not exists (select from public.kv_store_3cbf86a5 where key = record_key) then
    raise exception 'No % has this id. It may have been deleted.', kind using errcode = 'CRM04';
  end if;
  return jsonb_build_object('changes', coalesce(entries, '[]'));
end $$;
