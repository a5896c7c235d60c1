import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureLead } from '../contract/operations.ts';
import { type EdgeApi, startEdgeApi } from '../rig/edge-api.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: EdgeApi;
let functions: string[];
beforeAll(async () => {
  api = await startEdgeApi();
  await captureLead({ ...api, incidents: [] });
  const rows = await api.sql<{ name: string }>(
    "select proname as name from pg_proc where pronamespace = 'public'::regnamespace and starts_with(proname, 'crm_')",
  );
  functions = rows.map(({ name }) => name);
});
afterAll(() => api.close());

/** A person who signed up at the project and whom nobody gave a role. */
const personToken = () =>
  new SignJWT({ role: 'authenticated', app_metadata: {}, user_metadata: { role: 'admin' } })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(crypto.randomUUID())
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(api.project.keys.jwtSecret));

describe.each([
  ['a visitor with the publishable key', async () => null, 401],
  ['a person without a role', personToken, 403],
])('%s', (_, token, status) => {
  async function ask(method: string, path: string, body?: object): Promise<Response> {
    const person = await token();
    return fetch(`${api.project.url}/rest/v1/${path}`, {
      method,
      headers: {
        apikey: api.project.keys.publishable,
        'Content-Type': 'application/json',
        ...(person && { Authorization: `Bearer ${person}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  it.each([
    ['GET', TABLE],
    ['GET', `${TABLE}?select=key&limit=0`],
    ['HEAD', TABLE],
    ['POST', TABLE, { key: 'lead:lead_1_a', value: {} }],
    ['PATCH', `${TABLE}?key=like.lead*`, { value: {} }],
    ['DELETE', `${TABLE}?key=like.lead*`],
  ])('may not %s %s', async (method, path, body?: object) => {
    const reply = await ask(method, path, body);
    expect(reply.status).toBe(status);
    if (method !== 'HEAD') expect(await reply.json()).toMatchObject({ code: '42501' });
  });

  it('may call none of our functions', async () => {
    expect(functions.length).toBeGreaterThan(9);
    for (const name of functions) {
      const reply = await ask('POST', `rpc/${name}`, { payload: {} });
      expect(reply.status, name).toBe(status);
      expect(await reply.json(), name).toMatchObject({ code: '42501' });
    }
  });

  it('finds nothing of schema crm', async () => {
    expect((await ask('GET', 'submissions')).status).toBe(404);
    const person = await token();
    const reply = await fetch(`${api.project.url}/rest/v1/changes`, {
      headers: {
        apikey: api.project.keys.publishable,
        'Accept-Profile': 'crm',
        ...(person && { Authorization: `Bearer ${person}` }),
      },
    });
    expect(reply.status).toBe(406);
  });
});

it('the secret key is refused in a browser, an unknown one and none everywhere', async () => {
  const ask = (headers: Record<string, string>) => fetch(`${api.project.url}/rest/v1/${TABLE}?limit=1`, { headers });
  const { secret, legacyService } = api.project.keys;
  expect((await ask({ apikey: secret })).status).toBe(200);
  expect((await ask({ apikey: legacyService })).status).toBe(200);
  expect((await ask({ apikey: secret, 'User-Agent': 'Mozilla/5.0' })).status).toBe(401);
  expect((await ask({ apikey: 'sb_secret_unknown' })).status).toBe(401);
  expect((await ask({})).status).toBe(401);
});
