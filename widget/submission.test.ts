import { describe, expect, it } from 'vitest';
import { DECOY } from '../shared/contract/limits.ts';
import { english } from './english.ts';
import { consentField, type Field, ownField } from './settings.ts';
import { check, newSubmissionId, writeSubmission } from './submission.ts';

const field = (path: string, choices: string[] = []): Field => ({
  path,
  label: path,
  type: 'text',
  required: false,
  choices,
  max: 9,
});
const write = (fields: Field[], values: Record<string, string[]>, source = '') =>
  writeSubmission(fields, (name) => values[name] ?? [], source, { page: 'https://a.example/' }, 'the-id');

describe('what is checked before anything is sent', () => {
  it.each([
    ['a@b.co', ''],
    ['  a@b.co ', ''],
    ['müller@exämple.de', ''],
    [`${'a'.repeat(64)}@b.co`, ''],
    [`${'a'.repeat(65)}@b.co`, english.badEmail],
    ['a@b', english.badEmail],
    ['a@@b.co', english.badEmail],
    ['a b@c.co', english.badEmail],
    ['', 'email is needed.'],
  ])('email %j: %j', (value, expected) => {
    expect(check({ ...field('email'), required: true }, [value], true, english)).toBe(expected);
  });

  it('a needed field of spaces is still needed', () => {
    expect(check({ ...field('name'), required: true }, ['  '], true, english)).toBe('name is needed.');
    expect(check({ ...field('name'), required: true }, [], false, english)).toBe('name is needed.');
  });

  it('the browser judges dates and numbers, in our words', () => {
    expect(check(field('fields.Date'), [''], false, english)).toBe('fields.Date does not look right.');
    expect(check(field('fields.Date'), [''], true, english)).toBe('');
  });

  it('a missing consent is asked for in words of its own', () => {
    expect(check(consentField('I agree.'), [], true, english)).toBe(english.agree);
  });
});

describe('a submission', () => {
  it('holds what was typed and nothing empty', () => {
    expect(write([field('name'), field('email')], { name: ['  '], email: ['a@b.co'] })).toEqual({
      email: 'a@b.co',
      page: 'https://a.example/',
      submissionId: 'the-id',
    });
  });

  it('sends interests as a list, from boxes or from a line of text', () => {
    expect(write([field('interests', ['A, B', 'C'])], { interests: ['A, B', 'C'] })).toMatchObject({
      interests: ['A, B', 'C'],
    });
    expect(write([field('interests')], { interests: ['A, B'] })).toMatchObject({ interests: ['A', 'B'] });
  });

  it('puts own fields under fields, several values in one text', () => {
    const own = [
      ownField('Size', 'Size', 'text', false, []),
      ownField('rooms', 'Rooms', 'checkbox', false, ['A', 'B']),
    ];
    expect(write(own, { 'fields.Size': ['L'], 'fields.rooms': ['A', 'B'] })).toMatchObject({
      fields: { Size: 'L', rooms: 'A, B' },
    });
  });

  it('states the consent in the words that were shown', () => {
    expect(write([consentField('I agree.')], { consent: ['I agree.'] })).toMatchObject({
      consent: { given: true, text: 'I agree.' },
    });
  });

  it('names the decoy only when it was filled', () => {
    expect(write([], { [DECOY]: [''] })).not.toHaveProperty(DECOY);
    expect(write([], { [DECOY]: ['x'] })).toHaveProperty(DECOY, 'x');
  });

  it('keeps a source of the contract and drops a typo', () => {
    expect(write([], {}, 'newsletter')).toMatchObject({ source: 'newsletter' });
    expect(write([], {}, 'news-letter')).not.toHaveProperty('source');
  });
});

it('ids are random UUIDs of version 4', () => {
  const ids = Array.from({ length: 100 }, newSubmissionId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(100);
});
