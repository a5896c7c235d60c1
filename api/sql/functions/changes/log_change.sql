-- Trigger of the KV table: one log entry a record written, also for edits made outside the product (their actor is null).
-- Definer, because every role that may write the table must be logged and none may write the log itself.
create or replace function crm.log_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  who text := nullif(current_setting('crm.actor', true), '');
begin
  -- Derived rows: logging them would double the log and say nothing, and the key of a lookup is an email that no erasure reaches.
  -- Canaries of the write test are no records either.
  if tg_op <> 'TRUNCATE' and coalesce(new.key, old.key) ~ '^(leads|users|orders):index(:|$)|^user:email:|^user:user_[0-9]+_[a-z0-9]+:orders$|^canary:[0-9a-f-]{36}$' then
    return null;
  end if;

  if tg_op = 'TRUNCATE' then
    update crm.changes set old_fields = null, new_fields = null where old_fields is not null or new_fields is not null;
    insert into crm.changes (key, operation, actor) values ('*', 'truncate', who);
    return null;
  end if;

  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and old.key is distinct from new.key) then
    -- Erasure (GDPR article 17): what the log said of this person goes with the record, the fact of the writes stays.
    update crm.changes set old_fields = null, new_fields = null
    where key collate "C" = old.key and (old_fields is not null or new_fields is not null);
    insert into crm.changes (key, operation, actor) values (old.key, 'delete', who);
  end if;

  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and old.key is distinct from new.key) then
    insert into crm.changes (key, operation, actor) values (new.key, 'insert', who);
  elsif tg_op = 'UPDATE' and old.value is distinct from new.value then
    insert into crm.changes (key, operation, actor, old_fields, new_fields)
    values (
      new.key, 'update', who,
      crm.redact(crm.fields_missing_from(new.value, old.value)),
      crm.redact(crm.fields_missing_from(old.value, new.value))
    );
  end if;
  return null;
end $$;

-- The fields of `candidate` that `base` lacks or has with another value; a value that is no object counts as field `value`.
create or replace function crm.fields_missing_from(base jsonb, candidate jsonb) returns jsonb
language sql immutable
as $$
  select coalesce(jsonb_object_agg(field.key, field.value), '{}')
  from jsonb_each(crm.fields_of(candidate)) as field
  where crm.fields_of(base) -> field.key is distinct from field.value
$$;

-- Redacted where it is no object, since a field `value` inside one would pass for something that people typed.
create or replace function crm.fields_of(value jsonb) returns jsonb
language sql immutable
as $$ select case jsonb_typeof(value) when 'object' then value else jsonb_build_object('value', crm.redact(value)) end $$;

-- Says who writes, for the change log, until the end of this transaction.
create or replace function crm.act_as(actor text) returns void
language sql volatile
as $$ select set_config('crm.actor', coalesce(actor, ''), true) $$;

create or replace trigger crm_log_write after insert or update or delete on public.kv_store_3cbf86a5
  for each row execute function crm.log_change();
create or replace trigger crm_log_truncate after truncate on public.kv_store_3cbf86a5
  for each statement execute function crm.log_change();
