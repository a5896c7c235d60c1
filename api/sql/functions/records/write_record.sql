-- Writes of records that look at what came of them. Somebody's trigger or rule on the table may change a row, or keep it out without an
-- error; what is acknowledged is what is stored. All of them raise CRM03 where the write did not happen.

-- Gives the value as it is stored.
create or replace function crm.insert_record(key text, value jsonb, created_at timestamptz) returns jsonb
language plpgsql volatile
as $$
begin
  insert into public.kv_store_3cbf86a5 (key, value, created_at) values (key, value, created_at);
  return crm.read_back(key, found);
end $$;

-- Gives the value as it is stored.
create or replace function crm.update_record(key text, value jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  update public.kv_store_3cbf86a5 as kv set value = update_record.value where kv.key = update_record.key;
  return crm.read_back(key, found);
end $$;

create or replace function crm.delete_record(key text) returns void
language plpgsql volatile
as $$
begin
  delete from public.kv_store_3cbf86a5 as kv where kv.key = delete_record.key;
  if not found or exists (select from public.kv_store_3cbf86a5 as kv where kv.key = delete_record.key) then
    perform crm.refuse_write();
  end if;
end $$;

-- Read anew and not returned by the write, as triggers may also act after it.
create or replace function crm.read_back(key text, was_written boolean) returns jsonb
language plpgsql volatile
as $$
declare
  stored jsonb := (select kv.value from public.kv_store_3cbf86a5 as kv where kv.key = read_back.key and was_written);
begin
  if stored is null then
    perform crm.refuse_write();
  end if;
  return stored;
end $$;

create or replace function crm.refuse_write() returns void
language plpgsql volatile
as $$
begin
  raise exception 'A trigger or rule on the table keeps rows from being stored as they are sent, so nothing was written. Its owner must remove it; Test Connection names it.' using errcode = 'CRM03', detail = '{"reason": "write_kept_out"}';
end $$;
