import pg from 'pg';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { ApiError } from '../../api/errors.ts';
import { reportIncident } from '../../api/node/report.ts';
import { migrate } from '../../api/sql/migrate.ts';
import { ERROR_STATUS, type ErrorCode, errorReply } from '../../shared/contract/errors.ts';
import { healthReply } from '../../shared/contract/health.ts';
import { startApi, type TestApi, VIEWER_KEY } from '../rig/api.ts';
import { waitUntil } from '../rig/eventually.ts';
import { appWith, failingDatabase } from './app-with.ts';
import { captureLead, documentedOperations, SAMPLES, sampleOf, WITHOUT_DATABASE } from './operations.ts';

let api: TestApi;
afterEach(() => api.close());

/** Takes the database away as a crash or a pause does, or gives it back. */
async function setDatabaseAway(away: boolean): Promise<void> {
  const name = new URL(api.database.url).pathname.slice(1);
  const server = new URL(api.database.url);
  server.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: server.href });
  await admin.connect();
  await admin.query(`alter database ${name} allow_connections ${!away}`);
  if (away) await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await admin.end();
}

describe('a database that goes away', () => {
  it('is a 503 with Retry-After on every route that needs it, and is used again when it is back', async () => {
    api = await startApi();
    const samples = await Promise.all(
      Object.keys(SAMPLES)
        .filter((name) => !WITHOUT_DATABASE.test(name))
        .map(async (name) => ({ name, ...(await sampleOf(api, name)) })),
    );
    await setDatabaseAway(true);
    for (const { name, path, options } of samples) {
      const reply = await api.request(name.split(' ')[0] ?? '', path, options);
      expect(reply.status, name).toBe(503);
      const { error } = errorReply.parse(await reply.json());
      expect(error.code, name).toBe('database_unavailable');
      expect(Number(reply.headers.get('Retry-After')), name).toBeGreaterThanOrEqual(1);
      expect(error.retryAfter, name).toBe(Number(reply.headers.get('Retry-After')));
    }
    expect(api.incidents).toHaveLength(samples.length);
    for (const path of ['/widget.js', '/openapi.json', '/docs']) {
      expect((await api.request('GET', path, { key: null })).status, path).toBe(200);
    }
    const form = await fetch(`${api.url}/leads`, { method: 'POST', body: new URLSearchParams({ email: 'a@b.co' }) });
    expect(form.status).toBe(503);
    expect(await form.text()).toMatch(/^Your message may not have arrived\.\n.*\nGo back and send it again/s);

    await setDatabaseAway(false);
    const health = async () => (await api.request('GET', '/health', { key: null })).status;
    // PostgREST looks for its database at growing intervals, up to half a minute; our own driver asks at once.
    if (inject('driver') === 'supabase') await waitUntil(async () => (await health()) === 200);
    expect(await health()).toBe(200);
    await captureLead(api);
  });

  it('says in /health what is away and still how to sign in', async () => {
    api = await startApi();
    expect(healthReply.parse(await (await api.request('GET', '/health', { key: null })).json()).auth.methods).toContain(
      'key',
    );
    await setDatabaseAway(true);
    const reply = await api.request('GET', '/health', { key: null });
    expect(await reply.json()).toMatchObject({
      success: false,
      status: 'unavailable',
      version: expect.any(String),
      database: { ok: false, table: 'kv_store_3cbf86a5', engine: null, projectRef: null },
      auth: { methods: ['key'] },
    });
    await setDatabaseAway(false);
  });
});

describe('a database without our schema', () => {
  it.each([
    ['functions', 'drop function public.crm_capture_lead(jsonb), public.crm_check_health(jsonb)'],
    ['schema', 'drop schema crm cascade'],
    ['table', 'drop table public.kv_store_3cbf86a5'],
  ])('(no %s) is a 503 that says what to run, and is served once it was run', async (_, sql) => {
    api = await startApi();
    await api.sql(sql);
    for (const [method, path, body] of [
      ['GET', '/health'],
      ['POST', '/leads', { email: 'a@b.co' }],
    ] as const) {
      const reply = await api.request(method, path, { key: null, body });
      expect(reply.status).toBe(503);
      const { error } = errorReply.parse(await reply.json());
      expect(error).toMatchObject({ code: 'schema_missing', message: expect.stringContaining('npm run migrate') });
    }
    await migrate(api.database.url, 'kv_store_3cbf86a5');
    // PostgREST reads its schema cache anew after the NOTIFY, not within the migration.
    await expect.poll(async () => (await api.request('GET', '/health', { key: null })).status).toBe(200);
    await captureLead(api);
  });

  it('of the configured name says which table it has instead', async () => {
    api = await startApi({ KV_TABLE: 'kv_store_other' });
    const reply = await api.request('GET', '/health', { key: null });
    expect(reply.status).toBe(503);
    const { error } = errorReply.parse(await reply.json());
    expect(error.code).toBe('schema_missing');
    expect(error.message).toContain('kv_store_3cbf86a5');
    expect(error.message).toContain('kv_store_other');
  });
});

describe('a failure that has no name', () => {
  it('leaves nothing behind, tells the caller nothing and the log nothing personal', async () => {
    api = await startApi();
    await api.sql(
      `alter table kv_store_3cbf86a5 add constraint odd check (value ->> 'email' <> 'ann.secret@example.com')`,
    );
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const reply = await api.request('POST', '/leads', {
      key: null,
      body: { email: 'ann.secret@example.com', submissionId: crypto.randomUUID() },
    });
    const text = await reply.text();
    expect(reply.status).toBe(500);
    const { error } = errorReply.parse(JSON.parse(text));
    expect(Object.keys(error).sort()).toEqual(['code', 'message', 'reason', 'requestId']);
    expect(error.reason).toBe('internal');
    expect(text).not.toMatch(/ann|constraint|odd|kv_store|relation|violat/i);
    const incident = api.incidents[0];
    expect(incident).toBeDefined();
    if (incident) reportIncident(incident);
    const line = String(stderr.mock.calls[0]?.[0]);
    stderr.mockRestore();
    expect(JSON.parse(line)).toMatchObject({
      requestId: JSON.parse(text).error.requestId,
      route: '/leads',
      causes: ['ApiError internal', expect.stringMatching(/^\S+ 23514$/)],
    });
    expect(line).not.toMatch(/ann\.secret|email|example\.com/);
    expect(await api.sql('select 1 from crm.submissions')).toEqual([]);
  });
});

describe('every error code', () => {
  it('is produced by some request, with its status', async () => {
    api = await startApi({ RATE_LIMIT_PER_IP: '3' });
    const id = await captureLead(api);
    const submissionId = crypto.randomUUID();
    const post = (body: unknown, headers = {}) => api.request('POST', '/leads', { key: null, body, headers });
    await post({ email: 'a@b.co', submissionId });
    await post({ email: 'a@b.co' });
    const down = (error: unknown) => appWith(failingDatabase(error)).app.request('/health');
    const produced: Record<ErrorCode, Response> = {
      invalid_request: await post({}),
      unauthorized: await api.request('GET', '/leads', { key: null }),
      forbidden: await api.request('DELETE', `/leads/${id}`, { key: VIEWER_KEY }),
      not_found: await api.request('GET', '/nothing'),
      conflict: await api.request('PATCH', `/leads/${id}`, { body: { notes: 'x' }, headers: { 'If-Match': '"old"' } }),
      payload_too_large: await post({ email: 'a@b.co', message: 'x'.repeat(40_000) }),
      unsupported_media_type: await post('x', { 'Content-Type': 'text/csv' }),
      idempotency_mismatch: await post({ email: 'b@b.co', submissionId }),
      rate_limited: await post({ email: 'a@b.co' }),
      internal: await down(new Error('x')),
      database_unavailable: await down(
        new ApiError('database_unavailable', 'The database is away.', { retryAfter: 1 }),
      ),
      schema_missing: await down(new ApiError('schema_missing', 'No schema.')),
    };
    for (const [code, reply] of Object.entries(produced) as [ErrorCode, Response][]) {
      const { error } = errorReply.parse(await reply.json());
      expect(error.code).toBe(code);
      expect(reply.status, code).toBe(ERROR_STATUS[code]);
      expect(error.requestId).toBe(reply.headers.get('X-Request-Id'));
    }
    expect(Object.keys(produced).sort()).toEqual(Object.keys(ERROR_STATUS).sort());
  });

  it('is documented where it can come: no route lists one it cannot know', async () => {
    api = await startApi();
    for (const { name, described, role } of await documentedOperations(api)) {
      const statuses = Object.keys(described.responses ?? {});
      expect(statuses.includes('401'), name).toBe(role !== null);
      expect(statuses.includes('403'), name).toBe(role !== null || name === 'POST /leads');
      expect(statuses.includes('415'), name).toBe(described.requestBody !== undefined);
    }
  });
});
