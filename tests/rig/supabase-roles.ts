/** Of the role that PostgREST signs in as. The server listens on this machine only. */
export const AUTHENTICATOR_PASSWORD = 'authenticator-of-the-rig';

/** The roles that every Supabase project has, with the settings that bear on us. May be run again. */
export const SUPABASE_ROLES = `
do $$
begin
  if to_regrole('anon') is null then create role anon nologin noinherit; end if;
  if to_regrole('authenticated') is null then create role authenticated nologin noinherit; end if;
  if to_regrole('service_role') is null then create role service_role nologin noinherit bypassrls; end if;
  if to_regrole('authenticator') is null then
    create role authenticator login noinherit password '${AUTHENTICATOR_PASSWORD}';
  end if;
end $$;
grant anon, authenticated, service_role to authenticator;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
`;
