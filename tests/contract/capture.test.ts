import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureReply, heldReply } from '../../shared/contract/capture.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { leadReply } from '../../shared/contract/lead.ts';
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

const everything = {
  email: 'Ann.Müller+home@exämple.com',
  name: '  Zoë 👩‍🎨 O’Brien ',
  phone: '+60 12-345 6789',
  message: 'Cafe\u0301 un-normalised\r\nשלום 🏡 <script>alert(1)</script> %_\'"\\',
  budget: 'RM 50k – 80k',
  roomType: 'living-room',
  interests: ['kitchen', 'bath'],
  source: 'questionnaire',
  page: 'https://studio.example/contact?utm_source=x#form',
  referrer: 'https://search.example/',
  utm: { source: 'newsletter', campaign: 'été' },
  locale: 'ms-MY',
  consent: { given: true, text: 'I agree to be called.' },
  fields: { 'When?': 'Soon', constructor: 'ACME', password: 'my cat', toString: 'x' },
};

describe('a capture', () => {
  it('is stored as it was typed, and given back the same', async () => {
    const reply = await post(everything);
    expect(reply.status).toBe(201);
    const { leadId, receipt } = captureReply.parse(await reply.json());
    const expected = {
      ...everything,
      name: everything.name.trim(),
      id: leadId,
      status: 'new',
      createdAt: receipt.storedAt,
      updatedAt: receipt.storedAt,
    };
    expect((await stored(leadId)).value).toEqual(expected);
    const read = await api.request('GET', `/leads/${leadId}`);
    expect(leadReply.parse(await read.json()).lead).toEqual(expected);
    expect(read.headers.get('ETag')).toBe(`"${receipt.storedAt}"`);
  });

  it('needs nothing but an email', async () => {
    const { leadId } = captureReply.parse(await (await post({ email: 'a@b.co' })).json());
    expect(Object.keys((await stored(leadId)).value).sort()).toEqual(
      ['createdAt', 'email', 'id', 'source', 'status', 'updatedAt'].sort(),
    );
    expect((await stored(leadId)).value).toMatchObject({ source: 'website-form', status: 'new' });
  });

  it('has a receipt whose digest anybody can compute from the stored text', async () => {
    const { leadId, receipt } = captureReply.parse(await (await post(everything)).json());
    const key = `lead:${leadId}`;
    const { text } = await stored(leadId);
    const digest = createHash('sha256')
      .update(`${Buffer.byteLength(key)}:${key}${text}`)
      .digest('hex');
    expect(receipt).toMatchObject({ key, digest });
    const [row] = await api.sql<{ created_at: Date; xmin: string }>(
      'select created_at, xmin::text from kv_store_3cbf86a5 where key = $1',
      [key],
    );
    expect(row?.created_at.toISOString()).toBe(receipt.storedAt);
    expect(String(BigInt(receipt.transactionId) % 4294967296n)).toBe(row?.xmin);
  });

  it('sent as text/plain, which asks no preflight, is the same', async () => {
    const reply = await post(JSON.stringify({ email: 'plain@example.com' }), { 'Content-Type': 'text/plain' });
    expect(reply.status).toBe(201);
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
    captureReply.parse(await reply.json());
  });

  it('takes what autofill leaves empty as left out', async () => {
    const { leadId } = captureReply.parse(
      await (await post({ email: ' a@b.co ', name: '   ', phone: '', lf_extra: '' })).json(),
    );
    expect((await stored(leadId)).value).not.toHaveProperty('name');
    expect((await stored(leadId)).value).toMatchObject({ email: 'a@b.co' });
  });

  it('never lets a visitor set what is ours', async () => {
    for (const name of ['id', 'status', 'createdAt', 'updatedAt', 'notes', 'seed', 'convertedToUserId']) {
      const reply = await post({ email: 'a@b.co', [name]: 'x' });
      expect(reply.status, name).toBe(400);
      expect(errorReply.parse(await reply.json()).error.fields).toHaveProperty(name);
    }
  });
});

describe('a suspicious submission', () => {
  it('is acknowledged, kept aside, and no lead until somebody has looked', async () => {
    const reply = await post({ email: 'held@b.co', lf_extra: 'x' });
    expect(reply.status).toBe(202);
    const { receipt, heldId } = heldReply.parse(await reply.json());
    expect(receipt.key).toBe(heldId);
    expect(await api.sql("select 1 from kv_store_3cbf86a5 where value ->> 'email' = 'held@b.co'")).toEqual([]);
  });

  it('is told by more links than a person sends', async () => {
    for (const link of ['https://a.example/', 'https://www.a.example/', 'www.a.example']) {
      const links = (count: number) => ({ email: 'l@b.co', message: `see ${link} `.repeat(count) });
      expect((await post(links(5))).status, link).toBe(201);
      expect((await post(links(6))).status, link).toBe(202);
    }
  });
});

it('of the longest values that are allowed is stored whole', async () => {
  const most = {
    email: `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.com`,
    name: 'x'.repeat(200),
    phone: '1'.repeat(40),
    message: '🏡'.repeat(2_500),
    interests: Array(20).fill('x'.repeat(100)),
    fields: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`.padEnd(60, 'x'), 'x'.repeat(100)])),
  };
  const { leadId } = captureReply.parse(await (await post(most)).json());
  expect((await stored(leadId)).value).toMatchObject(most);
});
