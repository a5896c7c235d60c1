import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { migrate } from '../../api/sql/migrate.ts';
import { type ErrorCode, errorReply } from '../../shared/contract/errors.ts';
import { healthReply } from '../../shared/contract/health.ts';
import { leadsReply } from '../../shared/contract/lead.ts';
import { userReply } from '../../shared/contract/user.ts';
import { newOrder, newUser } from '../contract/operations.ts';
import { createTestDatabase } from '../rig/database.ts';
import { type EdgeApi, startEdgeApi } from '../rig/edge-api.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: EdgeApi;
afterEach(() => api.close());

const get = (path: string) => api.request('GET', path);
const capture = (fields: object = {}) =>
  api.request('POST', '/leads', { key: null, body: { email: 'a@b.co', ...fields } });

async function expectNamed(reply: Response, code: ErrorCode, words: string): Promise<void> {
  const { error } = errorReply.parse(await reply.json());
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(reply.status).toBe(503);
  expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
  if (code !== 'database_unavailable') return;
  expect(error.retryAfter).toBeGreaterThanOrEqual(1);
  expect(reply.headers.get('Retry-After')).toBe(String(error.retryAfter));
}

const isHealthy = async () => (await get('/health')).status === 200;

describe('a project that is not set up', () => {
  it('without the table is told that it lacks it, and works once it was migrated', async () => {
    api = await startEdgeApi();
    await api.sql(`drop table ${TABLE}`);
    await expectNamed(await get('/health'), 'schema_missing', 'lacks our tables');
    await expectNamed(await capture(), 'schema_missing', 'npm run migrate');
    await migrate(api.database.url, TABLE);
    expect(await isHealthy()).toBe(true);
  });

  it('that was never migrated works by the migration alone: PostgREST is told to look again', async () => {
    api = await startEdgeApi({ database: await createTestDatabase('empty') });
    await expectNamed(await capture(), 'schema_missing', 'does not know our functions');
    await migrate(api.database.url, TABLE);
    await expect.poll(isHealthy).toBe(true);
    expect((await capture()).status).toBe(201);
  });

  it('whose PostgREST missed the migration is told that its cache is stale', async () => {
    const database = await createTestDatabase('empty');
    api = await startEdgeApi({ database, settings: { PGRST_DB_CHANNEL_ENABLED: 'false' } });
    await migrate(database.url, TABLE);
    await expectNamed(await get('/health'), 'schema_missing', 'schema cache is stale');
    await expectNamed(await capture(), 'schema_missing', "notify pgrst, 'reload schema'");
    await api.project.postgrest.kill();
    await api.project.postgrest.restart();
    expect(await isHealthy()).toBe(true);
  });

  it.each([
    ['function', 'revoke execute on function public.crm_capture_lead(jsonb) from service_role'],
    ['table', `revoke insert on public.${TABLE} from service_role`],
    ['schema', 'revoke usage on schema crm from service_role'],
  ])('where the grant on the %s is missing is told so', async (_, sql) => {
    api = await startEdgeApi();
    await api.sql(sql);
    await expectNamed(await capture(), 'schema_missing', 'A grant is missing');
    await migrate(api.database.url, TABLE);
    expect((await capture()).status).toBe(201);
  });

  it('whose key has a role that row level security shuts out is told so, not that there are no leads', async () => {
    const database = await createTestDatabase();
    const role = `crm_outsider_${crypto.randomUUID().slice(0, 8)}`;
    // It may do all that service_role may, except see rows without a policy.
    await database.sql(`create role ${role} in role service_role; grant ${role} to authenticator`);
    const drop = () => database.sql(`drop role ${role}`);
    try {
      api = await startEdgeApi({ database, serviceRole: role });
      await expectNamed(await get('/health'), 'schema_missing', 'Row level security hides rows');
      await expectNamed(await capture(), 'schema_missing', 'Row level security shuts');
    } finally {
      await drop();
    }
  });
});

describe('a project whose parts are away', () => {
  it('without PostgREST is a 503, and is served again as soon as it is back', async () => {
    api = await startEdgeApi();
    await api.project.postgrest.kill();
    for (const reply of [await get('/health'), await get('/leads'), await capture()]) {
      await expectNamed(reply, 'database_unavailable', 'does not answer');
    }
    await api.project.postgrest.restart();
    expect(await isHealthy()).toBe(true);
    expect((await capture()).status).toBe(201);
  });

  const html = (status: number, text: string) => (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(text);
  };
  it.each<[string, (response: ServerResponse) => void, string]>([
    ['a paused project', html(540, '<html>Project paused</html>'), 'project is paused'],
    ['a page of the gateway', html(502, '<html>Bad gateway</html>'), 'does not answer'],
    ['a page that says all is well', html(200, '<html>Welcome</html>'), 'does not answer'],
    ['an empty 404', html(404, ''), 'does not answer'],
    ['an empty 200', html(200, ''), 'does not answer'],
    ['a refused key', (response) => response.writeHead(401).end('{"message":"Invalid API key"}'), 'refuses the key'],
    ['a connection that breaks', (response) => response.destroy(), 'does not answer'],
  ])('%s is named in our own envelope', async (_, answer, words) => {
    api = await startEdgeApi();
    // Only what the function asks is answered so; the function itself is reached past the gateway.
    api.project.gateway.answerInstead(answer);
    const edge = `http://127.0.0.1:${api.edge.port}/make-server-3cbf86a5`;
    const options = { method: 'POST', body: JSON.stringify({ email: 'a@b.co' }) };
    await expectNamed(await fetch(`${edge}/health`), 'database_unavailable', words);
    await expectNamed(await fetch(`${edge}/leads`, options), 'database_unavailable', words);
    expect(api.edge.log()).not.toContain('a@b.co');
    api.project.gateway.answerInstead(null);
    expect(await isHealthy()).toBe(true);
  });

  it('that loses answers is asked once more where that stores nothing twice, and only there', async () => {
    api = await startEdgeApi();
    const { gateway } = api.project;
    gateway.loseNextAnswer();
    expect(await isHealthy()).toBe(true);

    gateway.loseNextAnswer();
    const known = await capture({ email: 'known@b.co', submissionId: crypto.randomUUID() });
    expect(known.status).toBe(200);
    expect(known.headers.get('Idempotent-Replayed')).toBe('true');

    const { user } = userReply.parse(await (await api.request('POST', '/users', { body: newUser() })).json());
    gateway.loseNextAnswer();
    const body = newOrder(user.id, { submissionId: crypto.randomUUID() });
    const order = await api.request('POST', '/orders', { body });
    expect(order.status).toBe(200);
    expect(await api.sql(`select 1 from ${TABLE} where key ~ '^order:order_'`)).toHaveLength(1);

    const before = gateway.restRequests.length;
    gateway.loseNextAnswer();
    await expectNamed(await capture({ email: 'unknown@b.co' }), 'database_unavailable', 'does not answer');
    expect(gateway.restRequests.length - before).toBe(1);
    const stored = await api.sql(`select value ->> 'email' as email from ${TABLE} where key ~ '^lead:' order by 1`);
    expect(stored).toEqual([{ email: 'known@b.co' }, { email: 'unknown@b.co' }]);
  });
});

it('row 1,001 is counted and listed, where PostgREST itself stops without a word', async () => {
  api = await startEdgeApi();
  await api.sql(`insert into ${TABLE} (key, value)
    select 'lead:lead_' || 1700000000000 + i || '_abc', jsonb_build_object('id', 'lead_' || 1700000000000 + i || '_abc',
      'email', 'a@b.co', 'status', 'new', 'source', 'chatbot', 'createdAt', '2023-11-14T22:13:20.000Z', 'updatedAt', '2023-11-14T22:13:20.000Z')
    from generate_series(1, 1100) as i`);
  const { url, keys } = api.project;
  const direct = await fetch(`${url}/rest/v1/${TABLE}?select=key`, { headers: { apikey: keys.secret } });
  expect(await direct.json()).toHaveLength(1_000);

  const ids = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: string = cursor ? `&cursor=${cursor}` : '';
    const reply = leadsReply.parse(await (await get(`/leads?limit=200&total=1${page}`)).json());
    expect(reply.total).toBe(1_100);
    for (const { id } of reply.leads) ids.add(id);
    cursor = reply.nextCursor;
  } while (cursor);
  expect(ids.size).toBe(1_100);
  expect(healthReply.parse(await (await get('/health')).json()).database.ok).toBe(true);
});
