-- What row level security asks when somebody reads the table past the API, through PostgREST with his own session.

-- True for an admin or a viewer, by the role in the session's app_metadata, which its owner cannot write. Everybody else is
-- refused: no rows would look like an empty table.
create or replace function crm.require_reader() returns boolean
language plpgsql stable
as $$
begin
  if nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'role' in ('admin', 'viewer') then
    return true;
  end if;
  raise exception 'permission denied for table kv_store_3cbf86a5'
    using errcode = 'insufficient_privilege', hint = 'Only an account with app_metadata.role admin or viewer may read it.';
end $$;

-- Postgres asks a policy only when it meets a row: strangers would find an empty table empty instead of closed. Called immutable,
-- which it is not, it is also asked while each query is planned. A plan that is kept skips this one, so it alone guards nothing.
-- Its body is no string: the reader, who may not look into schema crm, could not call what a string names.
create or replace function crm.require_reader_early() returns boolean
language sql immutable
return crm.require_reader();

-- Rows of ours, and of those only the ones without a secret: a policy can hide a row but cannot cut a password hash out of it.
create or replace function crm.shown_directly(key text, value jsonb) returns boolean
language sql stable security definer set search_path = ''
as $$
  select key ~ '^((lead|user|order):(lead|user|order)_[0-9]{1,15}_[a-z0-9]{1,12}(:orders)?|user:email:.+|(leads|users|orders):index(:[1-9][0-9]*)?)$'
    and value = crm.redact(value)
$$;
