import { describe, expect, it } from 'vitest';
import type { Change } from '../../../shared/contract/changes.ts';
import { differingFields, isExplained, isSame, storedValue } from './explain.ts';

let serial = 0;
const entry = (operation: Change['operation'], fields: Change['fields'] = {}, cursor = `9.${++serial}`): Change => ({
  cursor,
  key: 'lead:lead_1_a',
  operation,
  actor: null,
  at: '2026-11-26T12:00:00.000Z',
  fields,
});
const update = (from: object, to: object, cursor?: string) =>
  entry(
    'update',
    Object.fromEntries(
      Object.keys({ ...from, ...to }).map((name) => [
        name,
        { from: (from as Change['fields'])[name], to: (to as Change['fields'])[name] },
      ]),
    ),
    cursor,
  );
const explained = (question: Partial<Parameters<typeof isExplained>[0]>) =>
  isExplained({ shown: { a: 1, b: 1 }, stored: { a: 2, b: 1 }, log: [], heardUpTo: '5.0', ...question });

describe('two values', () => {
  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: null }, false],
    [[1, 2], [2, 1], false],
    [{ a: '1' }, { a: 1 }, false],
    [{}, [], false],
    [{ a: 'é' }, { a: 'e\u0301' }, false],
  ])('%j and %j are the same: %s', (left, right, same) => {
    expect([isSame(left, right), isSame(right, left)]).toEqual([same, same]);
    expect(differingFields(left, right).length === 0).toBe(same);
  });

  it('are the same where the API lets no __proto__ through, and differ where it does', () => {
    const stored = storedValue('{"id": "a", "__proto__": {"x": 1}, "own": {"__proto__": 2}}');
    const shown = JSON.parse('{"id": "a", "own": {"__proto__": 2}}');
    expect([isSame(shown, stored), differingFields(shown, stored)]).toEqual([true, []]);
    const other = JSON.parse('{"id": "a", "own": {"__proto__": 3}}');
    expect([isSame(other, stored), differingFields(other, stored)]).toEqual([false, ['own']]);
  });

  it('that are no JSON equal no record', () => {
    expect(storedValue('{"id": ')).toBe('{"id": ');
  });
});

describe('the change log', () => {
  it.each<[string, boolean, Partial<Parameters<typeof isExplained>[0]>]>([
    ['says nothing', false, {}],
    ['says that the field was changed to this', true, { log: [update({ a: 1 }, { a: 2 })] }],
    ['says that it was changed, and the screen had heard of it', false, { log: [update({ a: 1 }, { a: 2 }, '4.1')] }],
    [
      'says that it was deleted, and the screen had heard of it',
      false,
      { stored: undefined, log: [entry('delete', {}, '4.1')] },
    ],
    ['says that another field was changed', false, { log: [update({ b: 0 }, { b: 1 })] }],
    ['says that it was changed to something else', false, { log: [update({ a: 0 }, { a: 1 })] }],
    [
      'says that it was this once, and is not now',
      false,
      { log: [update({ a: 2 }, { a: 1 }), update({ a: 1 }, { a: 2 })] },
    ],
    ['says that a field was removed', true, { stored: { a: 1 }, log: [update({ b: 1 }, {})] }],
    ['explains one field of two', false, { stored: { a: 2, b: 2 }, log: [update({ a: 1 }, { a: 2 })] }],
    [
      'says that the record was stored anew since',
      true,
      { log: [entry('insert', {}, '6.1'), entry('delete', {}, '6.0')] },
    ],
    ['says that it was stored long ago', false, { log: [entry('insert', {}, '4.1')] }],
    ['says that it was deleted', true, { stored: undefined, log: [entry('delete')] }],
    [
      'says that it was deleted and stored again',
      false,
      { stored: undefined, log: [entry('insert'), entry('delete')] },
    ],
    ['says that the table was emptied', false, { stored: undefined, log: [entry('truncate')] }],
    [
      'was read to its limit, and all of it is news',
      true,
      { log: Array.from({ length: 50 }, () => update({ b: 0 }, { b: 1 }, '6.2')) },
    ],
    [
      'was read to its limit, and some of it is old',
      false,
      { log: Array.from({ length: 50 }, (_, i) => update({ b: 0 }, { b: 1 }, `${i < 40 ? 6 : 4}.2`)) },
    ],
  ])('%s: %s', (_, expected, question) => {
    expect(explained(question)).toBe(expected);
  });
});
