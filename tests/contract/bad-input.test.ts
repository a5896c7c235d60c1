import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectRefusal, refusingApi } from './refusals.ts';

const refusing = refusingApi();

describe('fields that are not what they should be', () => {
  it.each([
    ['email', undefined],
    ['email', null],
    ['email', ''],
    ['email', '   '],
    ['email', 5],
    ['email', ['a@b.co']],
    ['email', { address: 'a@b.co' }],
    ['email', `${'a'.repeat(250)}@b.co`],
    ['name', 5],
    ['name', ['Ann']],
    ['name', 'x'.repeat(201)],
    ['phone', {}],
    ['phone', '1'.repeat(41)],
    ['message', true],
    ['message', 'x'.repeat(5_001)],
    ['interests', 'kitchen'],
    ['interests', [1]],
    ['interests', Array(21).fill('x')],
    ['interests', ['']],
    ['source', 'unknown'],
    ['source', 'Website-Form'],
    ['source', ''],
    ['page', 'https://a.example/'.padEnd(2_001, 'x')],
    ['utm', []],
    ['utm', { source: 5 }],
    ['utm', Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`p${i}`, 'x']))],
    ['consent', true],
    ['consent', { given: 'yes', text: 'x' }],
    ['consent', { given: true }],
    ['fields', ['x']],
    ['fields', 'x'],
    ['fields', { a: 5 }],
    ['fields', { a: null }],
    ['fields', { '': 'x' }],
    ['fields', { ['x'.repeat(61)]: 'x' }],
    ['fields', { a: 'x'.repeat(1_001) }],
    ['fields', Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, 'x']))],
    ['submissionId', 'abc'],
    ['submissionId', ''],
    ['submissionId', 5],
    ['lf_extra', []],
    ['status', 'new'],
    ['unknown', 'x'],
  ])('%s as %j is refused by name', async (name, value) => {
    const error = await expectRefusal(await refusing.post(JSON.stringify({ email: 'a@b.co', [name]: value })), 400);
    expect(Object.keys(error.fields ?? {}).some((field) => field === name || field.startsWith(`${name}.`))).toBe(true);
  });

  it.each([
    ['status', 'won'],
    ['status', null],
    ['source', 'unknown'],
    ['email', null],
    ['email', 'nonsense'],
    ['id', 'lead_1_a'],
    ['createdAt', '2020-01-01T00:00:00.000Z'],
    ['name', 5],
    ['fields', []],
    ['notes', 'x'.repeat(10_001)],
  ])('a patch of %s to %j is refused by name', async (name, value) => {
    const reply = await refusing.api.request('PATCH', `/leads/${refusing.leadId}`, {
      body: { notes: 'ok', [name]: value },
    });
    await expectRefusal(reply, 400, name);
  });

  it('a patch that names nothing is refused', async () => {
    await expectRefusal(await refusing.api.request('PATCH', `/leads/${refusing.leadId}`, { body: {} }), 400);
  });

  it.each(['x', '""', '', 'abc', '"'.repeat(50), '00000000-0000-0000-0000-00000000000', '%00', "' or 1=1"])(
    'the Idempotency-Key %s is refused',
    async (key) => {
      const reply = await refusing.post('{"email":"a@b.co"}', {
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
      });
      await expectRefusal(reply, 400, 'submissionId');
    },
  );

  it('an Idempotency-Key beside another submissionId is refused', async () => {
    const [key, submissionId] = [randomUUID(), randomUUID()];
    const reply = await refusing.post(JSON.stringify({ email: 'a@b.co', submissionId }), {
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    });
    await expectRefusal(reply, 400, 'submissionId');
  });

  it('a cursor of the future is refused', async () => {
    await expectRefusal(await refusing.api.request('GET', '/changes?after=999999999999.1'), 400);
  });

  it.each(['2026-11-22T12:00:00.000Z', 'W/"x"', '"a", "b"', '"', '""', `"${'x'.repeat(65)}"`])(
    'the If-Match %s is refused',
    async (tag) => {
      for (const method of ['PATCH', 'PUT', 'DELETE']) {
        const reply = await refusing.api.request(method, `/leads/${refusing.leadId}`, {
          headers: { 'If-Match': tag },
          ...(method !== 'DELETE' && { body: { notes: 'x' } }),
        });
        await expectRefusal(reply, 400);
      }
    },
  );
});

describe('searching for strange text', () => {
  it.each(['%', "'", '\\', '%25', '🏡', 'שלום', "'; drop table x; --", '{x}', '*', '(', 'e\u0301'])(
    'for %s finds nothing and harms nothing',
    async (q) => {
      const reply = await refusing.api.request('GET', `/leads?q=${encodeURIComponent(q)}`);
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ leads: [] });
    },
  );

  it.each([
    'q=%00',
    `q=${'x'.repeat(201)}`,
    'status=won',
    'source=x',
    'from=yesterday',
    'to=2026-13-01',
    'from=2026-02-30',
    'from=1e9',
    'total=yes',
    'cursor=lead_1',
    'cursor=lead_1_%27',
    'status=new&status=lost',
    'convertedToUserId=',
    'convertedToUserId=nobody',
    'convertedToUserId=user_1_a:orders',
  ])('by ?%s is refused', async (query) => {
    await expectRefusal(await refusing.api.request('GET', `/leads?${query}`), 400, query.split('=')[0]);
  });

  it.each(['after=1', 'after=99999999999999999999.1', 'after=-1.1', 'after=1.1e5', 'after=1.9999999999999999999'])(
    'of changes ?%s is refused',
    async (query) => {
      await expectRefusal(await refusing.api.request('GET', `/changes?${query}`), 400, 'after');
    },
  );
});
