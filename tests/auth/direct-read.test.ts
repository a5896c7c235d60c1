import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthServer, startAuthServer } from '../rig/auth-server.ts';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { hasPostgrest } from '../rig/postgrest.ts';
import { type SupabaseProject, startSupabaseProject } from '../rig/supabase-project.ts';
import { captureLead } from '../sql/call.ts';
import { USERS } from './trust-in.ts';

const TABLE = 'kv_store_3cbf86a5';

describe.skipIf(!hasPostgrest())('the table through the real PostgREST and supabase-js', () => {
  let database: TestDatabase;
  let empty: TestDatabase;
  let auth: AuthServer;
  let project: SupabaseProject;
  let emptyProject: SupabaseProject;

  beforeAll(async () => {
    database = await createTestDatabase();
    empty = await createTestDatabase();
    await captureLead(database);
    await database.sql(`insert into ${TABLE} (key, value) values ('user:user_1_a', '{"password": "$2b$10$secret"}')`);
    auth = await startAuthServer({ users: USERS });
    const options = { signingKeys: auth.jwks().keys, auth: { host: '127.0.0.1', port: auth.port } };
    project = await startSupabaseProject(database.url, options);
    emptyProject = await startSupabaseProject(empty.url, options);
  });
  afterAll(async () => {
    await project.stop();
    await emptyProject.stop();
    await auth.close();
    await database.drop();
    await empty.drop();
  });

  async function signedIn(email: string | null, where = project) {
    const client = createClient(where.url, where.keys.publishable, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const { password } = USERS.find((user) => user.email === email) ?? { password: '' };
    if (email !== null) expect((await client.auth.signInWithPassword({ email, password })).error).toBeNull();
    return client;
  }

  it.each(['admin@studio.example', 'viewer@studio.example'])(
    'is read by %s as it is stored, secrets apart',
    async (email) => {
      const client = await signedIn(email);
      const { data, error } = await client.from(TABLE).select('key, value').order('key');
      expect(error).toBeNull();
      const stored = await database.sql(`select key, value from ${TABLE} where key ~ '^leads?:' order by key`);
      expect(stored).toHaveLength(2);
      expect(data).toEqual(stored);
      const { data: one } = await client.from(TABLE).select('value::text').eq('key', String(stored[0]?.key));
      const text = await database.sql(`select value::text from ${TABLE} where key = $1`, [stored[0]?.key]);
      expect(one).toEqual(text);
      expect((await (await signedIn(email, emptyProject)).from(TABLE).select()).data).toEqual([]);
    },
  );

  it.each(['admin@studio.example', 'viewer@studio.example'])(
    'is not written by %s, nor are our functions called',
    async (email) => {
      const client = await signedIn(email);
      const attempts = await Promise.all([
        client.from(TABLE).insert({ key: 'lead:lead_1_a', value: {} }),
        client.from(TABLE).upsert({ key: 'leads:index', value: [] }),
        client.from(TABLE).update({ value: {} }).eq('key', 'leads:index'),
        client.from(TABLE).delete().neq('key', ''),
        client.rpc('crm_list_leads', { payload: { limit: 1 } }),
        client.rpc('crm_check_health', { payload: {} }),
      ]);
      for (const { error, status } of attempts) expect([status, error?.code]).toEqual([403, '42501']);
    },
  );

  it.each([
    ['nobody@studio.example', 403],
    ['owner@studio.example', 403],
    [null, 401],
  ])('refuses %s, with rows, without them and for a key that is not there', async (email, expected) => {
    for (const where of [project, emptyProject]) {
      const client = await signedIn(email, where);
      const attempts = await Promise.all([
        client.from(TABLE).select(),
        client.from(TABLE).select('key').eq('key', 'lead:lead_1_none'),
        client.from(TABLE).select('*', { count: 'exact' }).limit(0),
        client.from(TABLE).insert({ key: 'lead:lead_1_a', value: {} }),
        client.from(TABLE).delete().neq('key', ''),
        client.rpc('crm_list_leads', { payload: { limit: 1 } }),
      ]);
      for (const { error, status } of attempts) expect([status, error?.code]).toEqual([expected, '42501']);
    }
  });
});
