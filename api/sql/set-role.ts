import pg from 'pg';

export type RoleChange = 'changed' | 'no such person' | 'several people' | 'no accounts';

/**
 * Gives a person with an account of Supabase Auth a role, or takes it back. It stands in `app_metadata`, which the person
 * cannot write, and other entries there stay.
 * @param url of the project's database, as a user who may write auth.users
 * @param role null takes it back
 * @throws the error of Postgres
 */
export async function setRole(url: string, email: string, role: 'admin' | 'viewer' | null): Promise<RoleChange> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'crm-admin',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query("select to_regclass('auth.users') is not null as present");
    if (!rows[0].present) return 'no accounts';
    await client.query('begin');
    // Two accounts may share an address when one comes from single sign-on: a guess could let a stranger in.
    const { rowCount } = await client.query(
      `update auth.users set raw_app_meta_data = case when $2::text is null then coalesce(raw_app_meta_data, '{}') - 'role'
         else coalesce(raw_app_meta_data, '{}') || jsonb_build_object('role', $2::text) end
       where lower(email) = lower($1)`,
      [email, role],
    );
    await client.query(rowCount === 1 ? 'commit' : 'rollback');
    return rowCount === 1 ? 'changed' : rowCount === 0 ? 'no such person' : 'several people';
  } finally {
    await client.end();
  }
}
