import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { errorReply } from '../../shared/contract/errors.ts';
import { startApi, type TestApi } from '../rig/api.ts';

let api: TestApi;
afterEach(() => api.close());

const post = (headers: Record<string, string> = {}, body: object = {}) =>
  api.request('POST', '/leads', { key: null, body: { email: 'a@b.co', ...body }, headers });

const statuses = async (count: number, headers: (i: number) => Record<string, string> = () => ({})) => {
  const replies: Response[] = [];
  for (let i = 0; i < count; i++) replies.push(await post(headers(i)));
  return replies.map(({ status }) => status);
};

async function expectLimited(reply: Response) {
  expect(reply.status).toBe(429);
  const { error } = errorReply.parse(await reply.json());
  expect(error.code).toBe('rate_limited');
  expect(error.retryAfter).toBeGreaterThanOrEqual(1);
  expect(error.retryAfter).toBeLessThanOrEqual(60);
  expect(reply.headers.get('Retry-After')).toBe(String(error.retryAfter));
  expect(reply.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
}

it('one address gets as many as it may, then 429 and when to come back, and nothing is stored', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '2' });
  expect(await statuses(2)).toEqual([201, 201]);
  await expectLimited(await post());
  expect(await api.sql("select 1 from kv_store_3cbf86a5 where key ~ '^lead:'")).toHaveLength(2);
});

it('a header that anybody can write buys no second bucket', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '2' });
  const spoofed = (i: number) => ({
    'X-Forwarded-For': `10.0.0.${i}`,
    Forwarded: `for=10.0.0.${i}`,
    'X-Real-IP': `10.0.0.${i}`,
  });
  expect(await statuses(4, spoofed)).toEqual([201, 201, 429, 429]);
});

it('behind a trusted proxy only its own entry counts, whatever the caller wrote before', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '1', TRUST_PROXY: '1' });
  const chain = (i: number) => ({ 'X-Forwarded-For': `10.0.0.${i}, 203.0.113.7` });
  expect(await statuses(3, chain)).toEqual([201, 429, 429]);
  expect((await post({ 'X-Forwarded-For': '203.0.113.7, 203.0.113.8' })).status).toBe(201);
});

it('a household of IPv6 addresses is one visitor', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '1', TRUST_PROXY: '1' });
  const neighbour = (i: number) => ({ 'X-Forwarded-For': `2001:db8:1:2::${i + 1}` });
  expect(await statuses(3, neighbour)).toEqual([201, 429, 429]);
  expect((await post({ 'X-Forwarded-For': '2001:db8:1:3::1' })).status).toBe(201);
});

it('all visitors together get no more than the service takes', async () => {
  api = await startApi({ RATE_LIMIT_GLOBAL: '3', TRUST_PROXY: '1' });
  const visitor = (i: number) => ({ 'X-Forwarded-For': `10.0.0.${i}` });
  expect(await statuses(5, visitor)).toEqual([201, 201, 201, 429, 429]);
});

it('one visitor who is over his limit takes nothing from the others', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '1', RATE_LIMIT_GLOBAL: '3', TRUST_PROXY: '1' });
  expect(await statuses(20, () => ({ 'X-Forwarded-For': '10.0.0.1' }))).toEqual([201, ...Array(19).fill(429)]);
  expect(await statuses(2, (i) => ({ 'X-Forwarded-For': `10.0.1.${i}` }))).toEqual([201, 201]);
});

it('a retry of what was stored is answered however much was sent since, a refused one may come again', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '1' });
  const [first, second] = [{ submissionId: randomUUID() }, { submissionId: randomUUID() }];
  expect((await post({}, first)).status).toBe(201);
  expect((await post({}, second)).status).toBe(429);
  expect((await post({}, first)).status).toBe(200);
  await api.sql('delete from crm.rate_buckets');
  expect((await post({}, second)).status).toBe(201);
});

it('a minute later the bucket is full again, and a quarter of a minute fills a quarter', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '4' });
  expect(await statuses(5)).toEqual([201, 201, 201, 201, 429]);
  await api.sql("update crm.rate_buckets set at = at - interval '15 seconds', tokens = 0");
  expect(await statuses(2)).toEqual([201, 429]);
  await api.sql("update crm.rate_buckets set at = at - interval '10 minutes'");
  expect(await statuses(5)).toEqual([201, 201, 201, 201, 429]);
});

it('refused requests and reading take no token', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '1' });
  for (let i = 0; i < 3; i++) {
    expect((await post({}, { email: 'nonsense' })).status).toBe(400);
    expect((await api.request('GET', '/leads')).status).toBe(200);
  }
  expect((await post()).status).toBe(201);
});

it('no address is stored in clear', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '5', TRUST_PROXY: '1' });
  await post({ 'X-Forwarded-For': '203.0.113.77' });
  const buckets = await api.sql<{ bucket: string }>('select bucket from crm.rate_buckets order by bucket');
  expect(buckets.map(({ bucket }) => bucket)).toEqual([expect.stringMatching(/^address:[0-9a-f]{64}$/)]);
});

it('a limit of 0 is no limit', async () => {
  api = await startApi({ RATE_LIMIT_PER_IP: '0', RATE_LIMIT_GLOBAL: '0' });
  expect(new Set(await statuses(40))).toEqual(new Set([201]));
  expect(await api.sql('select 1 from crm.rate_buckets')).toEqual([]);
});
