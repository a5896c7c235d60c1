import { expect, it } from 'vitest';
import { withCount } from './finding-words.ts';

it('groups the digits of the count that a sentence of the API ends with, and nothing else in it', () => {
  const message = 'Rows of the last 1000 days that are not in the index: 20000.';
  expect(withCount({ message, count: 20_000 })).toBe(
    `Rows of the last 1000 days that are not in the index: ${(20_000).toLocaleString()}.`,
  );
  const without = 'This is a replica, whose rows may be older than what was acknowledged.';
  expect(withCount({ message: without, count: 1 })).toBe(without);
});
