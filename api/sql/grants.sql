-- Everything is taken from everybody first, then given by name. New Supabase projects grant nothing, old ones too much.

revoke all on public.kv_store_3cbf86a5 from public;
revoke all on schema crm from public;
revoke all on all tables in schema crm from public;
revoke all on all functions in schema crm from public;

do $$
declare
  api_function regprocedure;
  role_name text;
begin
  for api_function in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'crm_')
  loop
    execute format('revoke all on function %s from public', api_function);
    for role_name in select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated') loop
      execute format('revoke all on function %s from %I', api_function, role_name);
    end loop;
    if exists (select 1 from pg_catalog.pg_roles where rolname = 'service_role') then
      execute format('grant execute on function %s to service_role', api_function);
    end if;
  end loop;

  for role_name in select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on public.kv_store_3cbf86a5 from %I', role_name);
    execute format('revoke all on schema crm from %I', role_name);
    execute format('revoke all on all tables in schema crm from %I', role_name);
    execute format('revoke all on all functions in schema crm from %I', role_name);
  end loop;

  if exists (select 1 from pg_catalog.pg_roles where rolname = 'service_role') then
    grant usage on schema public, crm to service_role;
    grant select, insert, update, delete on public.kv_store_3cbf86a5 to service_role;
    grant select on crm.settings, crm.changes to service_role;
    grant select, insert, update on crm.submissions, crm.order_numbers to service_role;
    grant select, insert, update, delete on crm.rate_buckets, crm.held_submissions to service_role;
    grant execute on all functions in schema crm to service_role;
  end if;
end $$;

-- A signed-in admin or viewer reads the table itself through PostgREST, to compare it with what the API says; nobody writes so.
-- The rule is restrictive: it holds whatever other policies an older install has. It refuses strangers instead of hiding rows.
drop policy if exists crm_readers on public.kv_store_3cbf86a5;
drop policy if exists crm_readers_only on public.kv_store_3cbf86a5;

do $$
begin
  if exists (select 1 from pg_catalog.pg_roles where rolname = 'authenticated') then
    create policy crm_readers on public.kv_store_3cbf86a5 for select to authenticated using (true);
    create policy crm_readers_only on public.kv_store_3cbf86a5 as restrictive for all to authenticated
      using (crm.require_reader_early() and (select crm.require_reader()) and crm.shown_directly(key, value)) with check (false);
    grant select on public.kv_store_3cbf86a5 to authenticated;
    -- Row level security calls them as the reader. Without usage of schema crm he cannot call them himself.
    grant execute on function crm.require_reader(), crm.require_reader_early(), crm.shown_directly(text, jsonb) to authenticated;
  end if;
end $$;
