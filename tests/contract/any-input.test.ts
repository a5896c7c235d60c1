import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { captureReply, heldReply } from '../../shared/contract/capture.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { leadReply } from '../../shared/contract/lead.ts';
import { orderRequest } from '../../shared/contract/order.ts';
import { userRequest } from '../../shared/contract/user.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { captureLead, createUser, newOrder, newUser } from './operations.ts';
import { storedRows } from './stored-rows.ts';

let api: TestApi;
let leadId: string;
beforeAll(async () => {
  api = await startApi();
  leadId = await captureLead(api);
});
afterAll(() => api.close());

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ maxLength: 6_000 }),
);
const anyValue = fc.oneof(
  anyText,
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.constantFrom(1e300, -0, '', null, '\ud800', '\0', '__proto__'),
);
const NAMES = [
  'email',
  'name',
  'phone',
  'message',
  'budget',
  'roomType',
  'interests',
  'source',
  'page',
  'referrer',
  'utm',
  'locale',
  'consent',
  'fields',
  'submissionId',
  'lf_extra',
  'notes',
  'status',
  '__proto__',
  'constructor',
  'toString',
];
const valid = {
  email: fc.constantFrom('a@b.co', 'Ann+x@exämple.com'),
  name: fc.string({ unit: 'grapheme', maxLength: 40 }),
  interests: fc.array(fc.constantFrom('kitchen', 'bath'), { maxLength: 3 }),
  utm: fc.dictionary(fc.constantFrom('source', 'medium'), fc.string({ unit: 'grapheme', maxLength: 20 })),
  fields: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 20 })),
};
/** A body that would be taken, of which some members were replaced by anything. */
const mutated = fc
  .tuple(
    fc.record(valid, { requiredKeys: ['email'] }),
    fc.array(fc.tuple(fc.constantFrom(...NAMES), anyValue), { maxLength: 2 }),
  )
  .map(([body, changes]) => Object.fromEntries([...Object.entries(body), ...changes]));

it('whatever is posted is stored whole with a receipt or refused with a sentence and not stored at all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, fc.jsonValue()), async (body) => {
      const before = await storedRows(api.database);
      const reply = await api.request('POST', '/leads', { key: null, body: JSON.stringify(body) });
      const text = await reply.text();
      expect(reply.status, text).toBeLessThan(500);
      const after = await storedRows(api.database);
      if (reply.status >= 400) {
        errorReply.parse(JSON.parse(text));
        expect(after).toEqual(before);
      } else if (reply.status === 202) {
        heldReply.parse(JSON.parse(text));
        expect(after.held).toBe((before.held ?? 0) + 1);
        expect(after.kv).toBe(before.kv);
      } else if (reply.status === 201) {
        const { leadId: id } = captureReply.parse(JSON.parse(text));
        const { lead } = leadReply.parse(await (await api.request('GET', `/leads/${id}`)).json());
        for (const [name, value] of Object.entries(body as object)) {
          if (typeof value === 'string' && value.trim() !== '' && name in lead) expect(lead[name]).toBe(value.trim());
        }
        expect(after.changes).toBe((before.changes ?? 0) + 1);
        const [index] = await api.sql<{ value: string[] }>(
          "select value from kv_store_3cbf86a5 where key = 'leads:index'",
        );
        expect(index?.value[0]).toBe(id);
      } else expect(reply.headers.get('Idempotent-Replayed')).toBe('true');
    }),
    { numRuns: 300 },
  );
});

it('whatever a patch holds, the lead is changed and read back, or refused and as it was', async () => {
  const read = async () => leadReply.parse(await (await api.request('GET', `/leads/${leadId}`)).json()).lead;
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, fc.jsonValue()), async (body) => {
      const before = await read();
      const reply = await api.request('PATCH', `/leads/${leadId}`, { body: JSON.stringify(body) });
      const text = await reply.text();
      expect(reply.status, text).toBeLessThan(500);
      if (reply.ok) expect(leadReply.parse(JSON.parse(text)).lead).toEqual(await read());
      else expect(await read()).toEqual(before);
    }),
    { numRuns: 200 },
  );
});

const anyRecord = (valid: object, names: string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...names, '__proto__', 'id', 'constructor'), anyValue), { maxLength: 2 })
    .map((changes) => ({ ...valid, ...Object.fromEntries(changes) }));

it('whatever is sent as a user or an order is stored and read back, or refused and not stored at all', async () => {
  const userId = await createUser(api);
  const requests = fc.oneof(
    fc.record({ kind: fc.constant('user'), body: anyRecord(newUser(), Object.keys(userRequest.shape)) }),
    fc.record({ kind: fc.constant('order'), body: anyRecord(newOrder(userId), Object.keys(orderRequest.shape)) }),
  );
  await fc.assert(
    fc.asyncProperty(requests, async ({ kind, body }) => {
      const email =
        kind === 'user' && 'email' in body && typeof body.email === 'string' && body.email.endsWith('@example.com');
      const sent = email ? { ...body, email: newUser().email } : body;
      const before = await storedRows(api.database);
      const reply = await api.request('POST', `/${kind}s`, { body: JSON.stringify(sent) });
      const text = await reply.text();
      expect(reply.status, text).toBeLessThan(500);
      if (reply.ok) {
        const stored = JSON.parse(text)[kind];
        const again = await api.request('GET', `/${kind}s/${stored.id}`);
        expect((await again.json())[kind]).toEqual(stored);
      } else {
        errorReply.parse(JSON.parse(text));
        expect(await storedRows(api.database)).toEqual(before);
      }
    }),
    { numRuns: 200 },
  );
});

it('whatever stands in the query or the headers is answered with a success or a 4xx', async () => {
  const header = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((point) => String.fromCharCode(point)) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/leads', '/users', '/orders', '/held', '/changes', '/stats', '/sync/rows'),
      fc.array(
        fc.tuple(
          fc.constantFrom(
            'q',
            'limit',
            'cursor',
            'after',
            'status',
            'convertedToUserId',
            'from',
            'to',
            'total',
            'days',
            'timeZone',
            'entity',
            'whole',
            'nonce',
          ),
          anyText,
        ),
        {
          maxLength: 3,
        },
      ),
      header,
      async (path, query, value) => {
        const encoded = new URLSearchParams(query.map(([name, text]) => [name, text.slice(0, 500).toWellFormed()]));
        const headers = {
          'If-Match': value,
          'If-None-Match': value,
          Accept: value,
          'Idempotency-Key': value,
          Origin: value,
        };
        const reply = await api.request('GET', `${path}?${encoded}`, { headers });
        expect(reply.status, await reply.text()).toBeLessThan(500);
      },
    ),
    { numRuns: 200 },
  );
});
