import { describe, expect, it } from 'vitest';
import { english } from './english.ts';
import { describeFailure, placeErrors, readReply } from './send.ts';
import { consentField, ownField } from './settings.ts';

const leadId = 'lead_1736177352123_abc123def';
const receipt = {
  key: `lead:${leadId}`,
  digest: 'a'.repeat(64),
  storedAt: '2026-11-22T12:00:00.000Z',
  transactionId: '42',
};
const heldReceipt = { ...receipt, key: 'held_1736177352123_abc123def' };
const stored = { success: true, leadId, receipt };
const held = { success: true, held: true, heldId: 'held_1736177352123_abc123def', receipt: heldReceipt };
const error = { code: 'rate_limited', message: 'Slow down.', requestId: 'r', retryAfter: 3 };

const read = (status: number, body: unknown) => readReply(status, JSON.stringify(body));

describe('proof of storage', () => {
  it.each([201, 200])('a well-formed receipt with %i is one', (status) => {
    expect(read(status, stored)).toEqual({ leadId, receipt });
  });

  it.each([202, 200])('a held submission with %i is one, without a lead', (status) => {
    expect(read(status, held)).toEqual({ receipt: heldReceipt });
  });

  it.each([
    ['another status', 204, stored],
    ['a failure’s status', 500, stored],
    ['no success', 201, { ...stored, success: 'true' }],
    ['no receipt', 201, { success: true, leadId }],
    ['a malformed lead id', 201, { ...stored, leadId: 'lead_x' }],
    ['the receipt of another lead', 201, { ...stored, receipt: { ...receipt, key: 'lead:lead_1_a' } }],
    ['a short digest', 201, { ...stored, receipt: { ...receipt, digest: 'abc' } }],
    ['no time', 201, { ...stored, receipt: { ...receipt, storedAt: 'now' } }],
    ['no transaction', 201, { ...stored, receipt: { ...receipt, transactionId: '' } }],
    ['a held submission without an id', 202, { ...held, heldId: '' }],
    ['null', 201, null],
    ['an error without a code', 400, { success: false, error: {} }],
    ['an error without an error', 500, { success: false }],
  ])('%s is none', (_, status, body) => {
    expect(read(status, body)).toEqual({ code: 'bad_reply' });
  });

  it.each(['', '<h1>Bad gateway</h1>', '[]', '"ok"'])('%j is none', (text) => {
    expect(readReply(200, text)).toEqual({ code: 'bad_reply' });
  });
});

it('hands on what the API says about a failure', () => {
  expect(read(429, { success: false, error })).toEqual(error);
});

describe('the words for a failure', () => {
  it.each([
    [{ code: 'offline' }, english.offline],
    [{ code: 'bad_reply' }, english.bad_reply],
    [{ code: 'rate_limited', message: 'Slow down.', retryAfter: 42 }, 'Too many messages at once. Try again in 42 s.'],
    [{ code: 'idempotency_mismatch', message: 'Other body.' }, english.idempotency_mismatch],
    [{ code: 'forbidden', message: 'Not from this site.' }, 'The server answered: Not from this site.'],
    [{ code: 'a_code_of_tomorrow', message: 'New.' }, 'The server answered: New.'],
    [
      { code: 'database_unavailable', message: 'The database is away.', retryAfter: 1 },
      'The server answered: The database is away.',
    ],
    [{ code: 'internal' }, english.bad_reply],
  ])('%j', (refused, text) => {
    expect(describeFailure(refused, english)).toBe(text);
  });

  it('text of the server is not a pattern', () => {
    expect(describeFailure({ code: 'x', message: '$& {}' }, english)).toBe('The server answered: $& {}');
  });

  it('errors go to the control that holds the exact spot', () => {
    const fields = [
      ownField('a.b', 'A', 'text', false, []),
      ownField('a', 'A', 'text', false, []),
      consentField('I agree.'),
    ];
    const errors = { 'fields.a.b': '1', 'consent.text': '2', 'utm.source': '3', 'fields.ab': '4' };
    expect(placeErrors(errors, fields)).toEqual({
      'fields.a.b': '1',
      consent: '2',
      'utm.source': '3',
      'fields.ab': '4',
    });
  });
});
