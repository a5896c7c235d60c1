import { expect, it } from 'vitest';
import { parted } from './parted-text.ts';

const text = (length: number) => 'a'.repeat(length);

it('marks from where two texts part, with some of what they share before it', () => {
  expect(parted('Ann Lee', 'Ann Tan')).toEqual({ before: 'Ann ', marked: 'Lee', isCut: false });
  expect(parted(`${text(100)}x`, `${text(100)}y`)).toEqual({ before: `…${text(40)}`, marked: 'x', isCut: false });
});

it('says that a text goes on only where it does', () => {
  expect(parted(`${text(250)}${'x'.repeat(50)}`, `${text(250)}y`)).toMatchObject({
    marked: 'x'.repeat(50),
    isCut: false,
  });
  expect(parted('x'.repeat(160), 'y').isCut).toBe(false);
  expect(parted('x'.repeat(161), 'y')).toMatchObject({ marked: 'x'.repeat(160), isCut: true });
});
