import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiError } from '../../api/errors.ts';
import { ERROR_STATUS, errorReply } from '../../shared/contract/errors.ts';
import { ADMIN_KEY, startApi, type TestApi, VIEWER_KEY } from '../rig/api.ts';
import { appWith, failingDatabase } from './app-with.ts';
import {
  captureLead,
  createUser,
  type DocumentedOperation,
  documentedOperations,
  newOrder,
  newUser,
  sampleOf,
  UNKNOWN_HELD,
  UNKNOWN_LEAD,
  UNKNOWN_ORDER,
  UNKNOWN_USER,
  WITHOUT_DATABASE,
} from './operations.ts';

let api: TestApi;
let limited: TestApi;
let operations: DocumentedOperation[];
beforeAll(async () => {
  api = await startApi();
  limited = await startApi({ RATE_LIMIT_PER_IP: '1', ALLOWED_ORIGINS: 'https://studio.example' });
  await captureLead(limited);
  operations = await documentedOperations(api);
});
afterAll(async () => {
  await api.close();
  await limited.close();
});

type Producer = (operation: DocumentedOperation) => Promise<Response>;

async function send({ name, method }: DocumentedOperation, changed: object = {}, path?: string): Promise<Response> {
  const sample = await sampleOf(api, name);
  return api.request(method, path ?? sample.path, { ...sample.options, ...changed });
}

const UNKNOWN: Record<string, string> = {
  leads: UNKNOWN_LEAD,
  users: UNKNOWN_USER,
  orders: UNKNOWN_ORDER,
  held: UNKNOWN_HELD,
};

const withId = ({ path }: DocumentedOperation, id: string) =>
  path.replace(/{(id|email|key)}/, id).replace('{version}', '0.0.0');

/** The path with the id of nobody, which looks like one of this resource. */
const unknownPath = (operation: DocumentedOperation) =>
  withId(operation, operation.path.includes('{email}') ? 'no@body.example' : (UNKNOWN[resourceOf(operation)] ?? ''));

const resourceOf = ({ path }: DocumentedOperation) => path.split('/')[1] ?? '';

const capture = (body: unknown, headers: Record<string, string> = {}, to = api) =>
  to.request('POST', '/leads', { key: null, body, headers });

/** A row that is no record of its kind, which nothing but SQL or an erasure mends; a user whom an email leads to. */
async function malformedRecord(operation: DocumentedOperation): Promise<string> {
  const kind = resourceOf(operation).slice(0, -1);
  const id = `${kind}_1700000000000_odd`;
  await api.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ($1, '{"email": "odd@b.co"}'), ('user:email:odd@b.co', '"user_1700000000000_odd"')
     on conflict do nothing`,
    [`${kind}:${id}`],
  );
  return operation.path.includes('{email}') ? 'odd@b.co' : id;
}

/** How each status comes about, on any route that documents it; `POST /leads` has its own ways to succeed. */
const PRODUCERS: Record<string, Producer> = {
  200: (operation) => send(operation),
  201: (operation) => send(operation),
  304: async (operation) => send(operation, { headers: { 'If-None-Match': '*' } }),
  400: (operation) =>
    /{(id|email|key)}/.test(operation.path)
      ? send(operation, {}, withId(operation, 'nonsense'))
      : operation.method === 'GET'
        ? send(operation, {}, `${operation.path}?limit=0`)
        : send(operation, { body: {} }),
  401: (operation) => send(operation, { key: null }),
  403: (operation) => (operation.role === 'viewer' ? withoutRole(operation) : send(operation, { key: VIEWER_KEY })),
  404: (operation) => send(operation, {}, unknownPath(operation)),
  409: async (operation) =>
    operation.method === 'DELETE'
      ? send(operation, { headers: { 'If-Match': '"old"' } })
      : send(operation, {}, withId(operation, await malformedRecord(operation))),
  413: (operation) => send(operation, { body: { notes: 'x'.repeat(40_000) } }),
  415: (operation) => send(operation, { headers: { 'Content-Type': 'text/csv' } }),
  500: (operation) => failing(operation, new Error('unnamed')),
  503: (operation) =>
    failing(operation, new ApiError('database_unavailable', 'The database is away.', { retryAfter: 1 })),
  'POST /leads 200': async () => {
    const body = { email: 'a@b.co', submissionId: crypto.randomUUID() };
    await capture(body);
    return capture(body);
  },
  'POST /leads 201': () => capture({ email: 'a@b.co' }),
  'POST /leads 202': () => capture({ email: 'a@b.co', lf_extra: 'x' }),
  'POST /leads 303': () =>
    fetch(`${api.url}/leads`, { method: 'POST', body: new URLSearchParams({ email: 'a@b.co' }), redirect: 'manual' }),
  'POST /leads 403': () => capture({ email: 'a@b.co' }, { Origin: 'https://evil.example' }, limited),
  'POST /leads 422': async () => {
    const submissionId = crypto.randomUUID();
    await capture({ email: 'a@b.co', submissionId });
    return capture({ email: 'b@b.co', submissionId });
  },
  'POST /users 409': async () => {
    const body = newUser();
    await createUser(api, body);
    return api.request('POST', '/users', { body });
  },
  'POST /orders 200': async () => {
    const body = newOrder(await createUser(api), { submissionId: crypto.randomUUID() });
    await api.request('POST', '/orders', { body });
    return api.request('POST', '/orders', { body });
  },
  'POST /orders 409': async (operation) => {
    const id = await malformedRecord({ ...operation, path: '/users' });
    return api.request('POST', '/orders', { body: newOrder(id) });
  },
  'POST /orders 422': async () => {
    const body = newOrder(await createUser(api), { submissionId: crypto.randomUUID() });
    await api.request('POST', '/orders', { body });
    return api.request('POST', '/orders', { body: { ...body, notes: 'other' } });
  },
  'POST /orders 404': () => api.request('POST', '/orders', { body: newOrder(UNKNOWN_USER) }),
  'POST /seed 409': async () => {
    await api.request('DELETE', '/seed');
    const rival = await createUser(api, { email: 'farid.rahman@example.com' });
    const reply = await api.request('POST', '/seed');
    await api.request('DELETE', `/users/${rival}`);
    return reply;
  },
  'POST /sync/repair 400': () => api.request('POST', '/sync/repair?dryRun=yes'),
  'POST /leads 429': () => capture({ email: 'a@b.co' }, {}, limited),
};

async function failing({ name, method }: DocumentedOperation, error: Error): Promise<Response> {
  const { path, options } = await sampleOf(api, name);
  return appWith(failingDatabase(error)).app.request(path, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN_KEY}` },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
}

/** Asked by somebody who is signed in and whom nobody let in. */
async function withoutRole({ name, method }: DocumentedOperation): Promise<Response> {
  const { path } = await sampleOf(api, name);
  const { app } = appWith(failingDatabase(new Error('unused')), {}, async () => ({ role: null, actor: 'user:nobody' }));
  return app.request(path, { method, headers: { Authorization: 'Bearer session' } });
}

it('every route answers with every status it documents, in the form it documents', async () => {
  let checked = 0;
  for (const operation of operations) {
    for (const [status, documented] of Object.entries(operation.described.responses ?? {})) {
      if (Number(status) >= 500 && WITHOUT_DATABASE.test(operation.name)) continue;
      const where = `${operation.name} ${status}`;
      const produce = PRODUCERS[where] ?? PRODUCERS[status];
      expect(produce, `${where} has no producer: add how it comes about to PRODUCERS`).toBeDefined();
      const reply = await produce?.(operation);
      expect(reply?.status, where).toBe(Number(status));
      const text = (await reply?.text()) ?? '';
      const { content } = documented as {
        content?: Record<string, { schema: Parameters<typeof z.fromJSONSchema>[0] }>;
      };
      const schema = content?.['application/json']?.schema;
      if (schema) z.fromJSONSchema(schema).parse(JSON.parse(text));
      if (Number(status) >= 400) {
        const { error } = errorReply.parse(JSON.parse(text));
        expect(ERROR_STATUS[error.code], where).toBe(Number(status));
        expect((documented as { description: string }).description, where).toContain(error.code);
      }
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(80);
});
