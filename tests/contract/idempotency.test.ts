import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureReply } from '../../shared/capture.ts';
import { errorReply } from '../../shared/errors.ts';
import { startApi, type TestApi } from '../rig/api.ts';

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
