import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeMenu } from './Menu.tsx';

const view = { width: 400, height: 600 };
const button = (left: number, top: number) => ({ left, top, right: left + 28, bottom: top + 28 });

it('stands under its button, flush with its start', () => {
  expect(placeMenu(button(20, 40), { width: 200, height: 120 }, view, false)).toEqual({ left: 20, top: 72 });
  expect(placeMenu(button(300, 40), { width: 200, height: 120 }, view, true)).toEqual({ left: 128, top: 72 });
});

it('turns over where the window ends', () => {
  expect(placeMenu(button(360, 40), { width: 200, height: 120 }, view, false)).toEqual({ left: 188, top: 72 });
  expect(placeMenu(button(20, 560), { width: 200, height: 120 }, view, false)).toEqual({ left: 20, top: 436 });
  expect(placeMenu(button(10, 40), { width: 200, height: 120 }, view, true)).toEqual({ left: 10, top: 72 });
});

it('never leaves a window that has room for it', () => {
  const within = (max: number) => fc.integer({ min: 0, max });
  fc.assert(
    fc.property(within(372), within(572), within(384), within(584), fc.boolean(), (left, top, width, height, rtl) => {
      const place = placeMenu(button(left, top), { width, height }, view, rtl);
      expect(place.left).toBeGreaterThanOrEqual(8);
      expect(place.top).toBeGreaterThanOrEqual(8);
      expect(place.left + width).toBeLessThanOrEqual(392);
      expect(place.top + height).toBeLessThanOrEqual(592);
    }),
  );
});
