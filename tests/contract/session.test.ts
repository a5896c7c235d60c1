import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionReply } from '../../shared/contract/health.ts';
import { startApi, type TestApi } from '../rig/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

it.each(['admin', 'viewer'] as const)('GET /session tells the holder of the %s key what it may do', async (role) => {
  const reply = await api.request('GET', '/session', { key: role === 'admin' ? api.adminKey : api.viewerKey });
  expect(reply.status).toBe(200);
  expect(sessionReply.strict().parse(await reply.json())).toEqual({ success: true, role, actor: `key:${role}` });
});

it('GET /session tells a stranger nothing', async () => {
  const reply = await api.request('GET', '/session', { key: 'a-wrong-key-of-some-length' });
  expect(reply.status).toBe(401);
  expect(await reply.text()).not.toMatch(/admin|viewer/);
});
