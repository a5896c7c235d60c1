import { expect, it } from 'vitest';
import { isEqual } from './equal.ts';

it.each([
  [1, 1],
  [null, null],
  [
    { a: 1, b: [1, { c: 2 }] },
    { b: [1, { c: 2 }], a: 1 },
  ],
  [{ a: undefined }, {}],
  [[], []],
])('%j says the same as %j', (left, right) => {
  expect(isEqual(left, right)).toBe(true);
});

it.each([
  [1, '1'],
  [null, undefined],
  [null, {}],
  [[], {}],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], [1, 2]],
  [{ a: null }, {}],
  [{ a: { b: 1 } }, { a: { b: 2 } }],
])('%j does not say the same as %j', (left, right) => {
  expect(isEqual(left, right)).toBe(false);
  expect(isEqual(right, left)).toBe(false);
});
