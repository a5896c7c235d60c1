import fc from 'fast-check';
import { expect, it } from 'vitest';
import { positionOn, scaleFor } from './LineChart.tsx';

it('takes round steps', () => {
  expect(scaleFor([3, 7, 12]).ticks).toEqual([0, 5, 10, 15]);
  expect(scaleFor([1]).ticks).toEqual([0, 1]);
  expect(scaleFor([2]).ticks).toEqual([0, 1, 2]);
  expect(scaleFor([100, 250]).ticks).toEqual([0, 100, 200, 300]);
  expect(scaleFor([0.5]).ticks).toEqual([0, 0.2, 0.4, 0.6].map((tick) => expect.closeTo(tick)));
});

it('has an axis for nothing and for zeros', () => {
  expect(scaleFor([])).toEqual({ min: 0, max: 1, ticks: [0, 1] });
  expect(scaleFor([0, 0])).toEqual({ min: 0, max: 1, ticks: [0, 1] });
  expect(positionOn(scaleFor([0]), 0)).toBe(0);
  expect(scaleFor([5e-324]).ticks.every(Number.isFinite)).toBe(true);
});

it('holds what is below zero, and takes the unreal for zero', () => {
  expect(scaleFor([-4, 8]).ticks).toEqual([-5, 0, 5, 10]);
  expect(scaleFor([Number.NaN, Number.POSITIVE_INFINITY, 3]).max).toBe(3);
  expect(positionOn(scaleFor([-5, 10]), Number.NaN)).toBeCloseTo(1 / 3);
});

it('every value has its place on the axis, and ticks are few', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e9, max: 1e12, noNaN: true }), { maxLength: 40 }), (values) => {
      const scale = scaleFor(values);
      expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
      expect(scale.ticks.length).toBeLessThanOrEqual(6);
      for (const value of values) {
        expect(positionOn(scale, value)).toBeGreaterThanOrEqual(-1e-9);
        expect(positionOn(scale, value)).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
  );
});
