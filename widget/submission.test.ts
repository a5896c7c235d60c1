import { describe, expect, it } from 'vitest';
import { DECOY } from '../shared/contract/limits.ts';
import { consentField, type Field, ownField } from './fields.ts';
import { newSubmissionId, writeSubmission } from './submission.ts';

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
