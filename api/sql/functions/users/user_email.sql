-- `user:email:<address>` says whose an email is. Its key is what makes emails unique.
create or replace function crm.email_key(email text) returns text
language sql immutable parallel safe
as $$ select 'user:email:' || crm.email_form(email) $$;

-- The key of the user who has this email, or null; a lookup that leads nowhere or to another email counts for nothing.
create or replace function crm.user_with_email(email text) returns text
language sql volatile
as $$
  select found.key from public.kv_store_3cbf86a5 as lookup
  join public.kv_store_3cbf86a5 as found on found.key = 'user:' || (lookup.value #>> '{}')
  where lookup.key = crm.email_key(user_with_email.email) and crm.email_form(found.value ->> 'email') = crm.email_form(user_with_email.email)
$$;

-- Makes an email this user's; gives false when another user has it. Two who claim one email at once wait for each other; who gets
-- false holds no lock on it. Raises CRM09 for one that is too long for a key.
create or replace function crm.claim_email(email text, id text) returns boolean
language plpgsql volatile
as $$
declare
  owner jsonb;
begin
  if octet_length(email) > 1000 then
    raise exception 'The email is too long for a user.' using errcode = 'CRM09';
  end if;
  -- One who has just given the email free is met once or twice; for ever only a row that is never written.
  for attempt in 1 .. 100 loop
    insert into public.kv_store_3cbf86a5 (key, value) values (crm.email_key(email), to_jsonb(id)) on conflict (key) do nothing;
    if found then
      return true;
    end if;
    -- Statements of their own, so that they see what the one that was waited for has stored.
    select value into owner from public.kv_store_3cbf86a5 where key = crm.email_key(email);
    if crm.user_with_email(email) <> 'user:' || id then
      return false;
    end if;
    update public.kv_store_3cbf86a5 set value = to_jsonb(id) where key = crm.email_key(email) and value = owner;
    if found then
      return true;
    end if;
  end loop;
  perform crm.refuse_write();
end $$;

-- Gives an email free, if it is this user's.
create or replace function crm.release_email(email text, id text) returns void
language sql volatile
as $$ delete from public.kv_store_3cbf86a5 where key = crm.email_key(email) and value = to_jsonb(id) $$;

-- Makes the lookup of a user follow their email. Raises CRM09 when somebody else has the new one.
create or replace function crm.move_email(id text, old_email text, new_email text) returns void
language plpgsql volatile
as $$
begin
  if crm.email_key(old_email) = crm.email_key(new_email) then
    return;
  end if;
  -- In the order of the keys: two users who swap their emails would wait for each other for ever.
  if crm.email_key(old_email) collate "C" < crm.email_key(new_email) then
    perform crm.release_email(old_email, id);
  end if;
  if not crm.claim_email(new_email, id) then
    raise exception 'Another user has this email already.' using errcode = 'CRM09', detail = '{"reason": "email_taken"}';
  end if;
  perform crm.release_email(old_email, id);
end $$;
