import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from '@supabase/supabase-js';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../api/app.ts';
import { authentication } from '../../api/auth/authentication.ts';
import { readConfig } from '../../api/config.ts';
import type { Database } from '../../api/database/database.ts';
import { postgresDatabase } from '../../api/database/drivers/postgres.ts';
import type { AppEnv, Incident } from '../../api/http/deps.ts';
import { readViewerFiles, readWidgetFiles } from '../../api/node/widget-files.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { healthReply } from '../../shared/contract/health.ts';
import { type DocumentedOperation, documentedOperations, sampleOf } from '../contract/operations.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { type AuthServer, PUBLISHABLE_KEY, startAuthServer } from '../rig/auth-server.ts';
import { USERS } from './trust-in.ts';

let auth: AuthServer;
/** Makes the rows that the sample requests name. */
let api: TestApi;
let app: Hono<AppEnv>;
let operations: DocumentedOperation[];
/** Milliseconds that the app's clock is ahead. */
let ahead = 0;
const incidents: Incident[] = [];
let close: () => Promise<void>;

beforeAll(async () => {
  auth = await startAuthServer({ users: USERS });
  api = await startApi();
  const database = postgresDatabase(api.database.url);
  app = appOver(database);
  operations = await documentedOperations(api);
  close = async () => {
    await database.close();
    await api.close();
    await auth.close();
  };
});
afterAll(() => close());

/** The API as a runtime puts it together, with people of the project and no keys. */
function appOver(database: Database): Hono<AppEnv> {
  const config = readConfig({
    SUPABASE_URL: auth.url,
    SUPABASE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    DATABASE_URL: api.database.url,
    RATE_LIMIT_PER_IP: '0',
    RATE_LIMIT_GLOBAL: '0',
  });
  return createApp({
    config,
    database,
    authenticate: authentication(config, { fetch, now: () => new Date(Date.now() + ahead) }),
    widget: readWidgetFiles(),
    home: null,
    viewer: readViewerFiles,
    newRequestId: () => crypto.randomUUID(),
    clock: () => performance.now(),
    wait,
    publicBase: () => auth.url,
    remoteAddress: () => '127.0.0.1',
    report: (incident) => incidents.push(incident),
  });
}

/** The real client, as the extension makes it. */
const client = () =>
  createClient(auth.url, PUBLISHABLE_KEY, { auth: { persistSession: false, autoRefreshToken: false } });

async function signIn(email: string): Promise<string> {
  const { password } = USERS.find((user) => user.email === email) ?? { password: '' };
  const { data, error } = await client().auth.signInWithPassword({ email, password });
  expect(error).toBeNull();
  return data.session?.access_token ?? '';
}

async function send({ name, method }: DocumentedOperation, token: string | null): Promise<Response> {
  const { path, options } = await sampleOf(api, name);
  return app.request(path, {
    method,
    headers: {
      ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
      ...options.headers,
      ...(token !== null && { Authorization: `Bearer ${token}` }),
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
}

describe('a person signed in with supabase-js', () => {
  it('learns from /health alone how to sign in', async () => {
    const health = healthReply.parse(await (await app.request('/health')).json());
    expect(health.auth).toEqual({
      methods: ['supabase'],
      supabase: { url: auth.url, publishableKey: PUBLISHABLE_KEY },
    });
  });

  it.each([
    ['admin@studio.example', { viewer: true, admin: true }],
    ['viewer@studio.example', { viewer: true, admin: false }],
    ['nobody@studio.example', { viewer: false, admin: false }],
    ['owner@studio.example', { viewer: false, admin: false }],
  ])('as %s may do on every route what is due', async (email, may) => {
    const token = await signIn(email);
    for (const operation of operations) {
      const reply = await send(operation, token);
      const allowed = operation.role === null || may[operation.role];
      expect(reply.ok ? 200 : reply.status, operation.name).toBe(allowed ? 200 : 403);
      if (allowed) continue;
      const { error } = errorReply.parse(await reply.json());
      expect(error.code).toBe('forbidden');
      expect(error.message, operation.name).toMatch(may.viewer ? /role admin/ : /npm run admin/);
    }
  });

  it('is the actor of what he changes', async () => {
    const operation = operations.find(({ name }) => name === 'PATCH /leads/{id}');
    if (!operation) throw new Error('PATCH /leads/{id} is gone.');
    expect((await send(operation, await signIn('admin@studio.example'))).status).toBe(200);
    const changes = await api.sql("select distinct actor from crm.changes where actor like 'user:%'");
    expect(changes).toEqual([{ actor: 'user:admin@studio.example' }]);
  });

  it('stays in after a refresh and a rotation of the keys', async () => {
    const supabase = client();
    await supabase.auth.signInWithPassword({ email: 'viewer@studio.example', password: 'v' });
    await auth.rotate();
    ahead = 6_000;
    const { data } = await supabase.auth.refreshSession();
    const leads = operations.filter(({ name }) => name === 'GET /leads');
    for (const operation of leads) expect((await send(operation, data.session?.access_token ?? '')).status).toBe(200);
    expect((await supabase.auth.getUser()).data.user?.email).toBe('viewer@studio.example');
    expect((await supabase.auth.signOut()).error).toBeNull();
    expect((await supabase.auth.getUser(data.session?.access_token)).error).not.toBeNull();
  });

  it('with a wrong password gets no session', async () => {
    const { data, error } = await client().auth.signInWithPassword({ email: 'admin@studio.example', password: 'x' });
    expect(data.session).toBeNull();
    expect(error?.message).toBe('Invalid login credentials');
  });
});

describe('every route with a role', () => {
  it('refuses keys of the project and sessions that are none', async () => {
    const expired = await auth.token('admin@studio.example', { exp: 1_700_000_000 });
    const foreign = await auth.token('admin@studio.example', { iss: 'https://other.supabase.co/auth/v1' });
    for (const operation of operations.filter(({ role }) => role !== null)) {
      for (const token of [null, PUBLISHABLE_KEY, 'sb_secret_of_tests_1', expired, foreign]) {
        const reply = await send(operation, token);
        expect(reply.status, operation.name).toBe(401);
        expect(errorReply.parse(await reply.json()).error.code).toBe('unauthorized');
      }
    }
    expect(incidents).toEqual([]);
  });

  it('says "try again" while Supabase Auth is away, and never that the session ended', async () => {
    const fresh = appOver({ call: () => Promise.reject(new Error('unused')), close: async () => undefined });
    const headers = { Authorization: `Bearer ${await auth.token('admin@studio.example')}` };
    auth.setAway(true);
    const reply = await fresh.request('/leads', { headers });
    auth.setAway(false);
    expect(reply.status).toBe(503);
    expect(reply.headers.get('Retry-After')).toBe('5');
    expect(errorReply.parse(await reply.json()).error).toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('Supabase Auth'),
    });
  });
});
