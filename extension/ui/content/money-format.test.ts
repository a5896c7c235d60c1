import { expect, it } from 'vitest';
import { formatMoney, formatRoundMoney } from './number-format.ts';
import { formatMoment } from './time-format.ts';

/** Between a currency and its amount stands a space that does not break. */
const plain = (text: string) => text.replace(/\s/g, ' ');

it.each([
  [1250.5, 'MYR', 'en-US', 'MYR 1,250.50'],
  [1250.5, 'MYR', 'ms-MY', 'RM 1,250.50'],
  [1250, 'JPY', 'en-US', '¥1,250'],
  [1250.5, null, 'en-US', '1,250.50'],
  [null, 'MYR', 'en-US', '–'],
] as const)('shows %s %s in %s as %s', (amount, currency, locale, text) => {
  expect(plain(formatMoney(amount, currency, locale))).toBe(text);
});

it('leaves the cents out on an axis', () => {
  expect(plain(formatRoundMoney(15_000, 'MYR', 'en-US'))).toBe('MYR 15K');
});

it.each(['', 'lead 7', '2026-13-45T99:00', '<b>'])('shows the moment %j as it is stored', (text) => {
  expect(formatMoment(text)).toBe(text);
});
