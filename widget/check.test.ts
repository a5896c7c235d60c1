import { expect, it } from 'vitest';
import { check } from './check.ts';
import { english } from './english.ts';
import { consentField, type Field } from './fields.ts';

const field = (path: string, required = false): Field => ({
  path,
  label: 'Label',
  type: 'text',
  required,
  choices: [],
  max: 9,
});

it.each([
  ['a@b.co', ''],
  ['  a@b.co ', ''],
  ['müller@exämple.de', ''],
  [`${'a'.repeat(64)}@b.co`, ''],
  [`${'a'.repeat(65)}@b.co`, english.badEmail],
  ['a@b', english.badEmail],
  ['a@@b.co', english.badEmail],
  ['a b@c.co', english.badEmail],
  ['', 'Label is needed.'],
])('email %j: %j', (value, expected) => {
  expect(check(field('email', true), [value], true, english)).toBe(expected);
});

it('a needed field of spaces is still needed', () => {
  expect(check(field('name', true), ['  '], true, english)).toBe('Label is needed.');
  expect(check(field('name', true), [], false, english)).toBe('Label is needed.');
});

it('the browser judges dates and numbers, in our words', () => {
  expect(check(field('fields.Date'), [''], false, english)).toBe('Label does not look right.');
  expect(check(field('fields.Date'), [''], true, english)).toBe('');
});

it('a missing consent is asked for in words of its own', () => {
  expect(check(consentField('I agree.'), [], true, english)).toBe(english.agree);
});
