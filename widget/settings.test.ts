import { describe, expect, it } from 'vitest';
import { english } from './english.ts';
import { attributeOf, consentField, listCustomFields, listFields, ownField, split, type Texts } from './settings.ts';

const list = (fields: string, more: Partial<Texts> = {}) => listFields({ fields, ...more } as Texts, english);
const brief = (fields: string) => list(fields).map(({ path, required }) => (required ? `${path}*` : path));

describe('the fields attribute', () => {
  it.each([
    ['', ['name', 'email*', 'phone', 'message']],
    ['email', ['email*']],
    ['name*, email ,message*', ['name*', 'email*', 'message*']],
    ['phone', ['email*', 'phone']],
    ['email* phone', ['email*', 'phone']],
    ['email Company*', ['email*', 'fields.Company*']],
    ['constructor receipt', ['email*', 'fields.constructor', 'fields.receipt']],
  ])('%j asks for %j', (attribute, expected) => {
    expect(brief(attribute)).toEqual(expected);
  });

  it('takes labels from the messages and choices from their attributes', () => {
    const [, budget, room, interests] = list('email budget roomType interests', {
      budgets: 'S | L',
      interests: 'A|B',
    } as Texts);
    expect(budget).toMatchObject({ label: 'Budget', choices: ['S', 'L'] });
    expect(room).toMatchObject({ label: 'Room', type: 'text', choices: [] });
    expect(interests).toMatchObject({ type: 'checkbox', choices: ['A', 'B'] });
  });

  it('labels an own field by its name, even when a message has that name', () => {
    expect(list('email receipt').at(-1)).toMatchObject({ label: 'receipt' });
  });

  it('gives autofill its tokens', () => {
    expect(list('').map(({ autocomplete }) => autocomplete)).toEqual(['name', 'email', 'tel', undefined]);
  });
});

describe('the custom-fields attribute', () => {
  it.each([
    ['Company', 'fields.Company', false, []],
    ['Company *', 'fields.Company', true, []],
    ['How did you hear of us?: Search | Friend', 'fields.How did you hear of us?', false, ['Search', 'Friend']],
    ['When: now or later*: Now | Later', 'fields.When: now or later', true, ['Now', 'Later']],
  ])('%j is one field', (attribute, path, required, choices) => {
    expect(listCustomFields(attribute)).toMatchObject([{ path, required, choices }]);
  });

  it('separates by semicolons and forgives empty ones', () => {
    expect(listCustomFields('A;; B ;').map(({ label }) => label)).toEqual(['A', 'B']);
  });
});

it('never asks for a password or a file', () => {
  expect(ownField('a', 'A', 'password', false, []).type).toBe('text');
  expect(ownField('a', 'A', 'file', false, []).type).toBe('text');
  expect(ownField('a', 'A', 'date', false, []).type).toBe('date');
});

it('the consent box is required and holds the words it shows', () => {
  expect(consentField('I agree.')).toMatchObject({ required: true, choices: ['I agree.'] });
});

it('splits lists without empty items', () => {
  expect(split(' a |b|| ', '|')).toEqual(['a', 'b']);
  expect(split(undefined, '|')).toEqual([]);
});

it('settings are attributes in kebab case', () => {
  expect(['api', 'submitLabel', 'roomTypes'].map(attributeOf)).toEqual(['api', 'submit-label', 'room-types']);
});
