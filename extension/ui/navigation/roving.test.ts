import { expect, it } from 'vitest';
import { rovingTarget } from './roving.ts';

const at = (current: number) => ({ count: 5, current });

it('arrows go along the line of reading, and around', () => {
  expect(rovingTarget('ArrowRight', at(1))).toBe(2);
  expect(rovingTarget('ArrowRight', at(4))).toBe(0);
  expect(rovingTarget('ArrowLeft', at(0))).toBe(4);
  expect(rovingTarget('ArrowLeft', { ...at(1), rtl: true })).toBe(2);
  expect(rovingTarget('ArrowRight', { ...at(0), rtl: true })).toBe(4);
});

it('up and down belong to columns', () => {
  expect(rovingTarget('ArrowDown', at(1))).toBeNull();
  expect(rovingTarget('ArrowDown', { ...at(1), vertical: true })).toBe(2);
  expect(rovingTarget('ArrowUp', { ...at(0), vertical: true })).toBe(4);
});

it('Home and End lead to the ends, other keys nowhere', () => {
  expect(rovingTarget('Home', at(3))).toBe(0);
  expect(rovingTarget('End', at(3))).toBe(4);
  expect(rovingTarget('a', at(3))).toBeNull();
});

it('starts at an end when nothing has the focus, and stays out of an empty row', () => {
  expect(rovingTarget('ArrowRight', at(-1))).toBe(0);
  expect(rovingTarget('ArrowLeft', at(-1))).toBe(4);
  expect(rovingTarget('End', { count: 0, current: -1 })).toBeNull();
});
