import { describe, expect, it } from 'vitest';
import { interfaceLocale } from './number-format.ts';
import { exactTime, formatMoment, readTime, relativeTime } from './time-format.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (age: number, locale = 'en-US') => relativeTime(NOW - age, NOW, locale);

describe('relativeTime', () => {
  it.each([
    [0, 'now'],
    [4.9 * SECOND, 'now'],
    [12 * SECOND, '12 sec ago'],
    [59.9 * SECOND, '59 sec ago'],
    [MINUTE, '1 min ago'],
    [4 * MINUTE, '4 min ago'],
    [HOUR - 1, '59 min ago'],
    [3 * HOUR, '3 hr ago'],
    [DAY, '1 day ago'],
    [2 * DAY - 1, '1 day ago'],
    [29 * DAY, '29 days ago'],
    [40 * DAY, '1 mo ago'],
    [800 * DAY, '2 yr ago'],
  ])('%i ms ago reads as "%s"', (age, words) => {
    expect(ago(age)).toBe(words);
  });

  it('takes a clock that differs a little for the same moment, and names the moment where the clock is slow', () => {
    expect(ago(-4 * SECOND)).toBe('now');
    expect(ago(-HOUR)).toBe(formatMoment(new Date(NOW + HOUR).toISOString(), 'en-US'));
  });
});

it.each([
  ['en-US', 'en-US'],
  ['en-IN', 'en-IN'],
  ['th-TH', 'en-GB'],
  ['ar-EG', 'en-GB'],
  ['fa-IR-u-nu-arabext', 'en-GB'],
  ['de', 'en-GB'],
])('in a browser in %s dates and figures are written as in %s, like the words around them', (own, expected) => {
  expect(interfaceLocale(own)).toBe(expected);
});

describe('readTime', () => {
  it('reads timestamps and dates', () => {
    expect(readTime('2026-11-24T12:00:00Z')).toBe(NOW);
    expect(readTime('2026-11-24T20:00:00.000+08:00')).toBe(NOW);
    expect(readTime('2026-11-24')).toBe(NOW - 12 * HOUR);
  });

  it.each(['yesterday', 'lead 7', '1', '', '2026-99-99', '<b>2026-11-24</b>'])('"%s" is no date', (text) => {
    expect(readTime(text)).toBeNull();
  });
});

it('the exact time names day, minute and zone', () => {
  expect(exactTime(NOW, 'en-GB')).toMatch(/24 November 2026.*\d\d:00:00 \S+/);
});
