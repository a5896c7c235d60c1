import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findKey, isNearEnd, scrollTopFor, visibleRange } from './visible-range.ts';

describe('visibleRange', () => {
  it('draws what is seen and a little around it', () => {
    expect(visibleRange(0, 520, 52, 100_000)).toEqual({ start: 0, end: 14 });
    expect(visibleRange(52 * 500, 520, 52, 100_000)).toEqual({ start: 496, end: 514 });
    expect(visibleRange(52 * 99_990, 520, 52, 100_000)).toEqual({ start: 99_986, end: 100_000 });
  });

  it('is empty for no rows, and survives a place beyond the end or above the start', () => {
    expect(visibleRange(0, 520, 52, 0)).toEqual({ start: 0, end: 0 });
    expect(visibleRange(9999, 520, 52, 3)).toEqual({ start: 3, end: 3 });
    expect(visibleRange(-80, 520, 52, 100)).toEqual({ start: 0, end: 14 });
  });

  it('holds every row that is seen and never many more, wherever one is', () => {
    const nat = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        nat(5_200_000),
        nat(2000),
        fc.integer({ min: 20, max: 80 }),
        nat(100_000),
        (top, height, row, count) => {
          const { start, end } = visibleRange(top, height, row, count);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(count);
          expect(end - start).toBeLessThanOrEqual(Math.ceil(height / row) + 10);
          for (let index = Math.floor(top / row); index * row < top + height && index < count; index++) {
            expect(index >= start && index < end).toBe(true);
          }
        },
      ),
    );
  });
});

it('scrollTopFor goes the shortest way', () => {
  expect(scrollTopFor(0, 50, 120, 500)).toBe(0);
  expect(scrollTopFor(5, 50, 120, 500)).toBe(120);
  expect(scrollTopFor(12, 50, 120, 500)).toBe(150);
});

it('isNearEnd asks one view ahead', () => {
  expect(isNearEnd(0, 500, 50, 21)).toBe(false);
  expect(isNearEnd(50, 500, 50, 21)).toBe(true);
  expect(isNearEnd(0, 500, 50, 3)).toBe(true);
});

describe('findKey', () => {
  const rows = ['e', 'd', 'c', 'b', 'a'];
  const find = (key: string, near: number) => findKey(key, near, rows.length, (index) => rows[index] ?? '');

  it('finds a row wherever it went', () => {
    expect(find('c', 2)).toBe(2);
    expect(find('a', 0)).toBe(4);
    expect(find('e', 4)).toBe(0);
    expect(find('b', 40)).toBe(3);
  });

  it('says -1 for a row that is gone and for an empty list', () => {
    expect(find('z', 2)).toBe(-1);
    expect(findKey('a', 3, 0, () => '')).toBe(-1);
  });
});
