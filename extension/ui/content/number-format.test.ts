import { expect, it } from 'vitest';
import { countOf, formatNumber, formatShare, plainAmount, typedAmount } from './number-format.ts';

it('groups digits as the language does', () => {
  expect(formatNumber(1234567, 'en')).toBe('1,234,567');
  expect(formatNumber(1234567, 'de')).toBe('1.234.567');
  expect(formatNumber(12.345, 'en')).toBe('12.35');
});

it.each([
  ['en', '1,250.50', '1250.50'],
  ['en', '1,234,567', '1234567'],
  ['en', ' 49,90 ', '49.90'],
  ['en', '49.90', '49.90'],
  ['en', '1.234', '1.234'],
  ['en', '12,50.1', '12.50.1'],
  ['de', '1.250,50', '1250.50'],
  ['de', '49,90', '49.90'],
  ['fr', '1 250,50', '1250.50'],
  ['de-CH', "1'250.50", '1250.50'],
  ['en', '12 50', '12 50'],
  ['en', 'x', 'x'],
])('reads in %s the amount %j as %j', (locale, typed, plain) => {
  expect(plainAmount(typed, locale)).toBe(plain);
});

it('counts in words', () => {
  expect([0, 1, 20_014].map((count) => countOf(count, 'row', 'en'))).toEqual(['0 rows', '1 row', '20,014 rows']);
});

it('a share is never rounded to all or to nothing', () => {
  expect(formatShare(1, 3, 'en')).toBe('33%');
  expect(formatShare(999, 1000, 'en')).toBe('99%');
  expect(formatShare(1, 1000, 'en')).toBe('<1%');
  expect(formatShare(1, 100, 'en')).toBe('1%');
  expect(formatShare(5, 5, 'en')).toBe('100%');
  expect(formatShare(0, 5, 'en')).toBe('0%');
  expect(formatShare(0, 0, 'en')).toBe('–');
});

it.each(['en', 'de', 'fr', 'id'])('an amount of three decimals is read in %s as it stands', (locale) => {
  for (const value of [12.345, 8.994, 1250.5, 1234]) {
    expect(plainAmount(typedAmount(value, locale), locale)).toBe(String(value));
  }
});
