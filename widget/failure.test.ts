import { expect, it } from 'vitest';
import { english } from './english.ts';
import { describeFailure, placeErrors } from './failure.ts';
import { consentField, ownField } from './fields.ts';

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
  expect(placeErrors(errors, fields)).toEqual({ 'fields.a.b': '1', consent: '2', 'utm.source': '3', 'fields.ab': '4' });
});
