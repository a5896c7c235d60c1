import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorReply } from '../../shared/contract/errors.ts';
import { ADMIN_KEY, startApi, type TestApi, VIEWER_KEY } from '../rig/api.ts';
import { appWith, failingDatabase } from './app-with.ts';
import {
  type DocumentedOperation,
  documentedOperations,
  READ_BY_ADMIN,
  SAMPLES,
  sampleOf,
  WITHOUT_DATABASE,
} from './operations.ts';

const LEGACY_BASE = '/make-server-3cbf86a5';

let api: TestApi;
let operations: DocumentedOperation[];
beforeAll(async () => {
  api = await startApi();
  operations = await documentedOperations(api);
});
afterAll(() => api.close());

async function send(name: string, changed: { key?: string | null; base?: string } = {}): Promise<Response> {
  const { path, options } = await sampleOf(api, name);
  const { key = options.key, base = '' } = changed;
  return api.request(name.split(' ')[0] ?? '', base + path, { ...options, ...(key !== undefined && { key }) });
}

function expectedHeaders(reply: Response, where: string) {
  expect(reply.headers.get('Set-Cookie'), where).toBeNull();
  expect(reply.headers.get('Access-Control-Allow-Credentials'), where).toBeNull();
  expect(reply.headers.get('Access-Control-Allow-Origin'), where).toBe('*');
  expect(reply.headers.get('X-Content-Type-Options'), where).toBe('nosniff');
  expect(reply.headers.get('X-Request-Id'), where).toMatch(/^[0-9a-f-]{36}$/);
  if (!/\/widget|\/viewer/.test(where)) expect(reply.headers.get('Cache-Control'), where).toBe('no-store');
}

describe('every route', () => {
  it('is documented, and every documented one has a sample request', () => {
    const { app } = appWith(failingDatabase(new Error('unused')));
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.startsWith(LEGACY_BASE))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const documented = operations.map(({ name }) => name);
    expect([...new Set(served)].sort()).toEqual([...documented].sort());
    expect(Object.keys(SAMPLES).sort()).toEqual([...documented].sort());
  });

  it('succeeds, in the form that the document gives for that status', async () => {
    for (const { name, described } of operations) {
      const reply = await send(name);
      const documented = described.responses?.[reply.status];
      expect(documented, `${name} answers ${reply.status} without documenting it`).toBeDefined();
      const schema = (documented as { content?: Record<string, { schema: object }> }).content?.['application/json'];
      if (schema) z.fromJSONSchema(schema.schema as Parameters<typeof z.fromJSONSchema>[0]).parse(await reply.json());
      expect(reply.ok, name).toBe(true);
      expectedHeaders(reply, name);
    }
  });

  it('answers alike under the base path of the first installs', async () => {
    for (const { name } of operations) {
      const [plain, legacy] = [await send(name), await send(name, { base: LEGACY_BASE })];
      expect(legacy.status, name).toBe(plain.status);
      expect(legacy.headers.get('Content-Type'), name).toBe(plain.headers.get('Content-Type'));
      expectedHeaders(legacy, name);
    }
  });

  it('with a role refuses callers without a key, with a wrong one and with another scheme', async () => {
    const guarded = operations.filter(({ role }) => role);
    expect(guarded.length).toBeGreaterThan(8);
    for (const { name, method } of guarded) {
      const { path, options } = await sampleOf(api, name);
      const attempts = [
        { key: null },
        { key: 'a-wrong-key-of-some-length' },
        { key: `${VIEWER_KEY}x` },
        { key: null, headers: { Authorization: 'Basic YWRtaW46YWRtaW4=' } },
        { key: null, headers: { Authorization: 'Bearer ' } },
      ];
      for (const attempt of attempts) {
        const reply = await api.request(method, path, { ...options, ...attempt });
        expect(reply.status, `${name} ${JSON.stringify(attempt)}`).toBe(401);
        expect(errorReply.parse(await reply.json()).error.code).toBe('unauthorized');
        expect(reply.headers.get('WWW-Authenticate')).toBe('Bearer');
        expectedHeaders(reply, name);
      }
    }
  });

  it('lets in nobody, a viewer or an admin alone, as the document says', async () => {
    for (const { name, role } of operations) {
      const refused = role === 'admin' ? [401, 403] : role === 'viewer' ? [401] : [];
      const replies = [
        await send(name, { key: null }),
        await send(name, { key: VIEWER_KEY }),
        await send(name, { key: ADMIN_KEY }),
      ];
      expect(
        replies.map(({ status, ok }) => (ok ? 'in' : status)),
        name,
      ).toEqual([...refused, ...Array.from({ length: 3 - refused.length }, () => 'in')]);
      if (role === 'admin') {
        const { error } = errorReply.parse(await replies[1]?.json());
        expect(error, name).toMatchObject({ code: 'forbidden', reason: 'role_missing', params: { needs: 'admin' } });
      }
    }
  });

  it('that only reads records is for viewers too, any other with a role for admins', () => {
    for (const { name, role } of operations.filter((operation) => operation.role)) {
      expect(role, name).toBe(name.startsWith('GET ') && !READ_BY_ADMIN.test(name) ? 'viewer' : 'admin');
    }
  });

  it('checks the key before it looks at the request', async () => {
    for (const { name, method, path } of operations.filter((operation) => operation.role)) {
      const reply = await api.request(method, `${path.replace(/{(id|email|key)}/, 'nonsense')}?limit=0`, {
        key: null,
        ...(['PATCH', 'PUT'].includes(method) && { body: '{' }),
      });
      expect(reply.status, name).toBe(401);
    }
  });

  it('with an id refuses one that is none', async () => {
    for (const { name, method, path, role } of operations.filter(({ path }) => /{(id|key)}/.test(path))) {
      expect(role, name).not.toBeNull();
      for (const id of [
        'nonsense',
        '%',
        '_',
        "'",
        '%27%20or%201=1--',
        '..%2f..%2fhealth',
        '%00',
        '%ff',
        `lead_1_${'a'.repeat(3000)}`,
      ]) {
        const reply = await api.request(method, path.replace(/{(id|key)}/, id), {
          ...(['PATCH', 'PUT'].includes(method) && { body: { status: 'lost' } }),
        });
        expect(reply.status, `${name} with ${id}`).toBe(400);
        expect(errorReply.parse(await reply.json()).error.fields).toHaveProperty(path.includes('{key}') ? 'key' : 'id');
      }
    }
  });

  it('with a query refuses bad values, unknown names and names given twice', async () => {
    const listing = [
      '/leads',
      '/users',
      '/orders',
      '/users/user_1_a/orders',
      '/held',
      '/changes',
      '/stats',
      '/sync/rows',
    ];
    const bad = [
      'limit=0',
      'limit=-1',
      'limit=1e9',
      'limit=1.5',
      'limit=abc',
      'limit=201',
      'limit=',
      'limit=%31%30%00',
      'cursor=%27',
      'after=%27',
      'cursor=..%2f',
      'after=1',
      'unknown=1',
      'limit=1&limit=2',
    ];
    for (const path of listing) {
      for (const query of bad) {
        const reply = await api.request('GET', `${path}?${query}`);
        expect(reply.status, `${path}?${query}`).toBe(400);
        const { error } = errorReply.parse(await reply.json());
        expect(error.message).toMatch(/\w+: .+\.$/);
      }
    }
  });

  it('that needs the database says so when it fails without a name, and nothing else', async () => {
    const secret = new Error('password=hunter2 for ann@example.com');
    const { app, incidents } = appWith(failingDatabase(secret));
    for (const { name, method } of operations.filter(({ name }) => !WITHOUT_DATABASE.test(name))) {
      const { path, options } = await sampleOf(api, name);
      const { body, key = 'admin-key-of-the-tests' } = options;
      const reply = await app.request(path, {
        method,
        headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect(reply.status, name).toBe(500);
      const text = await reply.text();
      expect(errorReply.parse(JSON.parse(text)).error.code, name).toBe('internal');
      expect(text).not.toMatch(/hunter2|ann@|at .*\.ts/);
      expectedHeaders(reply, name);
      expect(incidents.pop(), `${name} reports to the log`).toMatchObject({
        method,
        route: name.split(' ')[1]?.replaceAll(/{(\w+)}/g, ':$1'),
        error: secret,
      });
    }
  });
});
