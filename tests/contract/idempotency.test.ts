import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureReply } from '../../shared/contract/capture.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { orderReply } from '../../shared/contract/order.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { createUser, newOrder } from './operations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.request('POST', '/leads', { key: null, body, headers });

async function stored(leadId: string): Promise<{ value: Record<string, unknown>; text: string }> {
  const [row] = await api.sql<{ value: Record<string, unknown>; text: string }>(
    'select value, value::text as text from kv_store_3cbf86a5 where key = $1',
    [`lead:${leadId}`],
  );
  if (!row) throw new Error(`No row for ${leadId}.`);
  return row;
}

describe('a submission id', () => {
  it.each([
    ['in the body', (id: string) => [{ email: 'a@b.co', submissionId: id }, {}] as const],
    ['as a header', (id: string) => [{ email: 'a@b.co' }, { 'Idempotency-Key': id }] as const],
    ['as a quoted header', (id: string) => [{ email: 'a@b.co' }, { 'Idempotency-Key': `"${id}"` }] as const],
    ['in capital letters', (id: string) => [{ email: 'a@b.co', submissionId: id.toUpperCase() }, {}] as const],
  ])('%s gives one lead and the same receipt again', async (_, request) => {
    const id = randomUUID();
    const [body, headers] = request(id);
    const first = await post(body, headers);
    expect(first.status).toBe(201);
    expect(first.headers.get('Idempotent-Replayed')).toBeNull();
    const replay = await post(body, headers);
    expect(replay.status).toBe(200);
    expect(replay.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await replay.json()).toEqual(captureReply.parse(await first.json()));
    const otherForm = await post({ email: 'a@b.co', submissionId: id });
    expect(otherForm.status, 'the body and the header name the same id').toBe(200);
  });

  it('with another body is refused, and the first lead stays as it was', async () => {
    const submissionId = randomUUID();
    const first = captureReply.parse(await (await post({ email: 'a@b.co', submissionId })).json());
    const other = await post({ email: 'other@b.co', submissionId });
    expect(other.status).toBe(422);
    expect(errorReply.parse(await other.json()).error.code).toBe('idempotency_mismatch');
    expect((await stored(first.leadId)).value).toMatchObject({ email: 'a@b.co' });
    expect(await api.sql("select 1 from kv_store_3cbf86a5 where value ->> 'email' = 'other@b.co'")).toEqual([]);
  });

  it('posted twenty times at once is one lead and nineteen replays', async () => {
    const body = { email: 'twenty@b.co', submissionId: randomUUID() };
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(body)));
    expect(replies.map((reply) => reply.status).sort()).toEqual([...Array(19).fill(200), 201]);
    const receipts = await Promise.all(replies.map(async (reply) => JSON.stringify(await reply.json())));
    expect(new Set(receipts).size).toBe(1);
    expect(await api.sql("select 1 from kv_store_3cbf86a5 where value ->> 'email' = 'twenty@b.co'")).toHaveLength(1);
  });

  it('of an erased lead answers with the old receipt and does not bring the person back', async () => {
    const body = { email: 'erased@b.co', submissionId: randomUUID() };
    const first = captureReply.parse(await (await post(body)).json());
    expect((await api.request('DELETE', `/leads/${first.leadId}`)).status).toBe(200);
    const late = await post(body);
    expect(late.status).toBe(200);
    expect(await late.json()).toEqual(first);
    expect((await api.request('GET', `/leads/${first.leadId}`)).status).toBe(404);
  });

  it('is free again when its request was refused', async () => {
    const submissionId = randomUUID();
    expect((await post({ email: 'nonsense', submissionId })).status).toBe(400);
    expect((await post({ email: 'a@b.co', submissionId })).status).toBe(201);
  });
});

describe('a submission id of an order', () => {
  const order = (body: unknown, headers: Record<string, string> = {}) =>
    api.request('POST', '/orders', { body, headers });
  const read = async (reply: Response) => orderReply.parse(await reply.json()).order;
  const codeOf = async (reply: Response) => errorReply.parse(await reply.json()).error.code;

  it.each([
    ['in the body', (id: string) => [{ submissionId: id }, {}] as const],
    ['as a header', (id: string) => [{}, { 'Idempotency-Key': id }] as const],
    [
      'as a quoted header in capital letters',
      (id: string) => [{}, { 'Idempotency-Key': `"${id.toUpperCase()}"` }] as const,
    ],
  ])('%s gives one order, and the order as it is now', async (_, request) => {
    const [fields, headers] = request(randomUUID());
    const body = newOrder(await createUser(api), fields);
    const first = await order(body, headers);
    expect(first.status).toBe(201);
    expect(first.headers.get('Idempotent-Replayed')).toBeNull();
    const { id, ...stored } = await read(first);
    expect(stored).not.toHaveProperty('submissionId');
    expect(stored).not.toHaveProperty('replayed');
    await api.request('PATCH', `/orders/${id}`, { body: { notes: 'by the door' } });
    const replay = await order(body, headers);
    expect(replay.status).toBe(200);
    expect(replay.headers.get('Idempotent-Replayed')).toBe('true');
    const now = await read(replay);
    expect(now).toEqual(await read(await api.request('GET', `/orders/${id}`)));
    expect(now).toMatchObject({ id, notes: 'by the door' });
    expect(replay.headers.get('ETag')).toBe(`"${now.updatedAt}"`);
  });

  it('with another body, or of a lead, is refused', async () => {
    const submissionId = randomUUID();
    const body = newOrder(await createUser(api), { submissionId });
    await order(body);
    for (const reply of [await order({ ...body, tax: 1 }), await post({ email: 'a@b.co', submissionId })]) {
      expect(reply.status).toBe(422);
      expect(await codeOf(reply)).toBe('idempotency_mismatch');
    }
    const ofLead = randomUUID();
    await post({ email: 'a@b.co', submissionId: ofLead });
    expect((await order({ ...body, submissionId: ofLead })).status).toBe(422);
  });

  it('sent twenty times at once is one order and nineteen replays', async () => {
    const body = newOrder(await createUser(api), { submissionId: randomUUID() });
    const replies = await Promise.all(Array.from({ length: 20 }, () => order(body)));
    expect(replies.map((reply) => reply.status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set((await Promise.all(replies.map(read))).map(({ id }) => id)).size).toBe(1);
  });

  it('that is none, or that the header contradicts, is refused by name', async () => {
    const body = newOrder(await createUser(api));
    for (const reply of [
      await order({ ...body, submissionId: 'mine' }),
      await order(body, { 'Idempotency-Key': 'mine' }),
      await order({ ...body, submissionId: randomUUID() }, { 'Idempotency-Key': randomUUID() }),
    ]) {
      expect(reply.status).toBe(400);
      expect(errorReply.parse(await reply.json()).error.fields).toHaveProperty('submissionId');
    }
  });

  it('of a deleted order is a 404 and makes no other', async () => {
    const userId = await createUser(api);
    const body = newOrder(userId, { submissionId: randomUUID() });
    const { id } = await read(await order(body));
    await api.request('DELETE', `/orders/${id}`);
    const late = await order(body);
    expect(late.status).toBe(404);
    expect(await api.sql("select 1 from kv_store_3cbf86a5 where value ->> 'userId' = $1", [userId])).toEqual([]);
  });
});
