import { afterAll, beforeAll, expect, it } from 'vitest';
import { healthReply } from '../../shared/contract/health.ts';
import { startApi, type TestApi } from './api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

it('answers with a real query', async () => {
  const reply = await api.request('GET', '/health', { key: null });
  expect(healthReply.parse(await reply.json()).database.engine).toMatch(/^PostgreSQL 1[5-9]/);
});
