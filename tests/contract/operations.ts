import type { OpenAPIV3_1 } from 'openapi-types';
import type { RequestOptions, TestApi } from '../rig/api.ts';

/** One method on one path as the API documents itself. */
export interface DocumentedOperation {
  name: string;
  method: string;
  path: string;
  described: OpenAPIV3_1.OperationObject;
  role: 'admin' | 'viewer' | null;
}

/** A request that succeeds. */
export interface Sample {
  path: string;
  options: RequestOptions;
}

export const UNKNOWN_LEAD = 'lead_1736177352123_nobodyhas';
export const UNKNOWN_USER = 'user_1736177352123_nobodyhas';
export const UNKNOWN_ORDER = 'order_1736177352123_nobodyhas';
export const UNKNOWN_HELD = 'held_1736177352123_nobodyhas';

/** Every operation of `/openapi.json`, so that a new route is tested without being listed here. */
export async function documentedOperations(api: TestApi): Promise<DocumentedOperation[]> {
  const document = (await (await api.request('GET', '/openapi.json', { key: null })).json()) as OpenAPIV3_1.Document;
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => {
      const described = operation as OpenAPIV3_1.OperationObject;
      const role = described.security?.[0]?.key?.[0] ?? null;
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        described,
        role: role as DocumentedOperation['role'],
      };
    }),
  );
}

/** @returns the id of a new lead */
export async function captureLead(api: TestApi, fields: Record<string, unknown> = {}): Promise<string> {
  const reply = await api.request('POST', '/leads', { key: null, body: { email: 'ann@example.com', ...fields } });
  const { leadId } = (await reply.json()) as { leadId: string };
  return leadId;
}

/** @returns the id of a new held submission */
export async function holdSubmission(api: TestApi, fields: Record<string, unknown> = {}): Promise<string> {
  const body = { email: 'bot@example.com', lf_extra: 'filled', ...fields };
  const reply = await api.request('POST', '/leads', { key: null, body });
  const { heldId } = (await reply.json()) as { heldId: string };
  return heldId;
}

/** These answer from memory, so no state of the database reaches them. */
export const WITHOUT_DATABASE = /^GET \/(session|widget|openapi|docs)/;
/** Calls of the database that a request makes: the canary is written, read, removed and looked for again, each in its own transaction. */
export const callsOf = (name: string) =>
  WITHOUT_DATABASE.test(name) ? 0 : name === 'POST /diagnostics/canary' ? 4 : 1;

/** What `POST /users` takes, with an email of its own. */
export const newUser = (fields: Record<string, unknown> = {}) => ({
  email: `${crypto.randomUUID()}@example.com`,
  name: 'Ann',
  ...fields,
});

/** @returns the id of a new user */
export async function createUser(api: TestApi, fields: Record<string, unknown> = {}): Promise<string> {
  const reply = await api.request('POST', '/users', { body: newUser(fields) });
  return ((await reply.json()) as { user: { id: string } }).user.id;
}

/** What `POST /orders` takes: 2 × 49.95 and 10 for shipping. */
export const newOrder = (userId: string, fields: Record<string, unknown> = {}) => ({
  userId,
  items: [{ name: 'Lamp', quantity: 2, price: 49.95 }],
  shipping: 10,
  paymentMethod: 'card',
  shippingAddress: { line1: '1 Jalan Satu', city: 'Ipoh' },
  ...fields,
});

/** @returns the id of a new order of a new user */
export async function createOrder(api: TestApi, fields: Record<string, unknown> = {}): Promise<string> {
  const reply = await api.request('POST', '/orders', { body: newOrder(await createUser(api), fields) });
  return ((await reply.json()) as { order: { id: string } }).order.id;
}

/** Reading that only an admin may: raw rows and the state of the database. */
export const READ_BY_ADMIN = /^GET \/(sync|diagnostics)/;

/** A request that succeeds for each operation; a test fails when an operation has none. */
export const SAMPLES: Record<string, (api: TestApi) => Promise<Sample>> = {
  'GET /health': async () => ({ path: '/health', options: { key: null } }),
  'GET /session': async () => ({ path: '/session', options: {} }),
  'POST /leads': async () => ({ path: '/leads', options: { key: null, body: { email: 'ann@example.com' } } }),
  'GET /leads': async () => ({ path: '/leads?status=new&total=1', options: {} }),
  'GET /leads/{id}': async (api) => ({ path: `/leads/${await captureLead(api)}`, options: {} }),
  'PATCH /leads/{id}': async (api) => ({
    path: `/leads/${await captureLead(api)}`,
    options: { body: { status: 'contacted' } },
  }),
  'PUT /leads/{id}': async (api) => ({
    path: `/leads/${await captureLead(api)}`,
    options: { body: { status: 'contacted' } },
  }),
  'DELETE /leads/{id}': async (api) => ({ path: `/leads/${await captureLead(api)}`, options: {} }),
  'GET /leads/{id}/history': async (api) => ({ path: `/leads/${await captureLead(api)}/history`, options: {} }),
  'POST /leads/{id}/convert': async (api) => ({ path: `/leads/${await captureLead(api)}/convert`, options: {} }),
  'POST /users': async () => ({
    path: '/users',
    options: { body: newUser({ tags: ['a'], preferences: { style: 'b' } }) },
  }),
  'GET /users': async () => ({ path: '/users?accountStatus=active&total=1', options: {} }),
  'GET /users/email/{email}': async (api) => {
    const { email } = newUser();
    await createUser(api, { email });
    return { path: `/users/email/${email}`, options: {} };
  },
  'GET /users/{id}': async (api) => ({ path: `/users/${await createUser(api)}`, options: {} }),
  'PATCH /users/{id}': async (api) => ({
    path: `/users/${await createUser(api)}`,
    options: { body: { name: 'Anna' } },
  }),
  'PUT /users/{id}': async (api) => ({ path: `/users/${await createUser(api)}`, options: { body: { name: 'Anna' } } }),
  'DELETE /users/{id}': async (api) => ({ path: `/users/${await createUser(api)}`, options: {} }),
  'POST /users/{id}/login': async (api) => ({ path: `/users/${await createUser(api)}/login`, options: {} }),
  'GET /users/{id}/history': async (api) => ({ path: `/users/${await createUser(api)}/history`, options: {} }),
  'GET /users/{id}/orders': async (api) => ({ path: `/users/${await createUser(api)}/orders?total=1`, options: {} }),
  'POST /orders': async (api) => ({ path: '/orders', options: { body: newOrder(await createUser(api)) } }),
  'GET /orders': async () => ({ path: '/orders?status=processing&total=1', options: {} }),
  'GET /orders/{id}': async (api) => ({ path: `/orders/${await createOrder(api)}`, options: {} }),
  'PATCH /orders/{id}': async (api) => ({
    path: `/orders/${await createOrder(api)}`,
    options: { body: { status: 'processing' } },
  }),
  'PUT /orders/{id}': async (api) => ({
    path: `/orders/${await createOrder(api)}`,
    options: { body: { trackingNumber: 'X1' } },
  }),
  'DELETE /orders/{id}': async (api) => ({ path: `/orders/${await createOrder(api)}`, options: {} }),
  'POST /orders/{id}/timeline': async (api) => ({
    path: `/orders/${await createOrder(api)}/timeline`,
    options: { body: { note: 'Called the carrier.' } },
  }),
  'GET /orders/{id}/history': async (api) => ({ path: `/orders/${await createOrder(api)}/history`, options: {} }),
  'GET /held': async () => ({ path: '/held', options: {} }),
  'POST /held/{id}/release': async (api) => ({ path: `/held/${await holdSubmission(api)}/release`, options: {} }),
  'DELETE /held/{id}': async (api) => ({ path: `/held/${await holdSubmission(api)}`, options: {} }),
  'GET /stats': async () => ({ path: '/stats?days=90&timeZone=Asia/Kuala_Lumpur', options: {} }),
  'POST /seed': async () => ({ path: '/seed', options: {} }),
  'DELETE /seed': async () => ({ path: '/seed', options: {} }),
  'GET /changes': async () => ({ path: '/changes', options: {} }),
  'GET /sync': async () => ({ path: '/sync', options: {} }),
  'POST /sync/repair': async () => ({ path: '/sync/repair?dryRun=1', options: {} }),
  'GET /sync/rows': async () => ({ path: '/sync/rows?entity=leads&limit=1&whole=1&nonce=of-the-test', options: {} }),
  'POST /sync/rows': async (api) => ({
    path: '/sync/rows',
    options: { body: { keys: [`lead:${await captureLead(api)}`, `lead:${UNKNOWN_LEAD}`] } },
  }),
  'GET /sync/rows/{key}': async (api) => ({ path: `/sync/rows/lead:${await captureLead(api)}`, options: {} }),
  'POST /diagnostics/canary': async () => ({
    path: '/diagnostics/canary',
    options: { body: { nonce: 'of-the-test' } },
  }),
  'GET /diagnostics/schema': async () => ({ path: '/diagnostics/schema', options: {} }),
  'GET /widget.js': async () => ({ path: '/widget.js', options: { key: null } }),
  'GET /widget/{version}/widget.js': async (api) => ({
    path: `/widget/${await widgetVersion(api)}/widget.js`,
    options: { key: null },
  }),
  'GET /widget/{version}/webcomponents.js': async (api) => ({
    path: `/widget/${await widgetVersion(api)}/webcomponents.js`,
    options: { key: null },
  }),
  'GET /openapi.json': async () => ({ path: '/openapi.json', options: { key: null } }),
  'GET /docs': async () => ({ path: '/docs', options: { key: null } }),
  'GET /docs/viewer.js': async () => ({ path: '/docs/viewer.js', options: { key: null } }),
  'GET /docs/viewer.css': async () => ({ path: '/docs/viewer.css', options: { key: null } }),
};

export async function sampleOf(api: TestApi, name: string): Promise<Sample> {
  const make = SAMPLES[name];
  if (!make) throw new Error(`${name} has no sample: add one request that succeeds to SAMPLES in operations.ts.`);
  return make(api);
}

async function widgetVersion(api: TestApi): Promise<string> {
  const { version } = (await (await api.request('GET', '/health', { key: null })).json()) as { version: string };
  return version;
}
