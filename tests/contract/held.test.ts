import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  captureReply,
  heldDeletedReply,
  heldListReply,
  heldReleasedReply,
  heldReply,
} from '../../shared/contract/capture.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { leadReply } from '../../shared/contract/lead.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { holdSubmission, UNKNOWN_HELD } from './operations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const list = async (query = '') => heldListReply.parse(await (await api.request('GET', `/held?${query}`)).json());
const post = (body: object) => api.request('POST', '/leads', { key: null, body });

it('a held submission is listed with its reasons and without the field that nobody sees', async () => {
  const id = await holdSubmission(api, { message: 'www.x.example '.repeat(6), fields: { a: 'b' } });
  const { held, total } = await list('limit=1');
  expect(total).toBeGreaterThanOrEqual(1);
  expect(held).toMatchObject([
    { id, reasons: ['decoy_filled', 'many_links'], submission: { email: 'bot@example.com', fields: { a: 'b' } } },
  ]);
  expect(held[0]?.submission).not.toHaveProperty('lf_extra');
});

it('a released one is a lead with a receipt, and a retry of the visitor answers with that lead', async () => {
  const body = { email: 'real@example.com', lf_extra: 'autofilled', submissionId: randomUUID() };
  const { heldId, receipt: heldReceipt } = heldReply.parse(await (await post(body)).json());
  const before = await post(body);
  expect(before.status).toBe(200);
  expect(before.headers.get('Idempotent-Replayed')).toBe('true');
  expect(await before.json()).toMatchObject({ held: true, heldId, receipt: heldReceipt });

  const reply = await api.request('POST', `/held/${heldId}/release`);
  expect(reply.status).toBe(200);
  const { leadId, receipt } = heldReleasedReply.parse(await reply.json());
  expect(receipt.key).toBe(`lead:${leadId}`);
  const { lead } = leadReply.parse(await (await api.request('GET', `/leads/${leadId}`)).json());
  expect(lead).toMatchObject({ email: 'real@example.com', status: 'new' });

  const after = await post(body);
  expect(after.status).toBe(200);
  expect(captureReply.parse(await after.json())).toMatchObject({ leadId, receipt });
  expect((await list()).held.map(({ id }) => id)).not.toContain(heldId);
  const again = await api.request('POST', `/held/${heldId}/release`);
  expect(again.status).toBe(404);
});

it('one released by ten people at once is one lead', async () => {
  const id = await holdSubmission(api, { email: 'race@example.com' });
  const replies = await Promise.all(Array.from({ length: 10 }, () => api.request('POST', `/held/${id}/release`)));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)]);
  expect(await api.sql("select 1 from kv_store_3cbf86a5 where value ->> 'email' = 'race@example.com'")).toHaveLength(1);
});

it('a deleted one is gone, and its retry stores nothing', async () => {
  const body = { email: 'spam@example.com', lf_extra: 'x', submissionId: randomUUID() };
  const { heldId } = heldReply.parse(await (await post(body)).json());
  expect(heldDeletedReply.parse(await (await api.request('DELETE', `/held/${heldId}`)).json()).deleted).toBe(heldId);
  const retry = await post(body);
  expect(retry.status).toBe(200);
  expect(heldReply.parse(await retry.json()).heldId).toBe(heldId);
  expect(await api.sql("select 1 from crm.held_submissions where submission ->> 'email' = 'spam@example.com'")).toEqual(
    [],
  );
});

it('one that is not there is a 404', async () => {
  for (const [method, path] of [
    ['POST', `/held/${UNKNOWN_HELD}/release`],
    ['DELETE', `/held/${UNKNOWN_HELD}`],
  ] as const) {
    const reply = await api.request(method, path);
    expect(reply.status).toBe(404);
    expect(errorReply.parse(await reply.json()).error.code).toBe('not_found');
  }
});

it('pages go through all of them once, newest first', async () => {
  for (let i = 0; i < 5; i++) await holdSubmission(api);
  const all = (await list('limit=200')).held.map(({ id }) => id);
  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await list(`limit=2${cursor ? `&cursor=${cursor}` : ''}`);
    paged.push(...page.held.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(paged).toEqual(all);
  expect(paged).toEqual([...paged].sort().reverse());
});
