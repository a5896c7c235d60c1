import { perLocale } from './number-format.ts';

const days = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);
const moments = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
const clocks = perLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));

/** A day of a series, such as 2026-11-24: the API has counted in the reader's zone already. */
export const formatDay = (day: string, locale?: string): string => days(locale).format(new Date(day));

/** A moment in the reader's zone; what is no moment stays as it is stored. */
export function formatMoment(iso: string, locale?: string): string {
  const moment = /^\d{4}-\d{2}-\d{2}T/.test(iso) ? new Date(iso) : null;
  return moment === null || Number.isNaN(moment.getTime()) ? iso : moments(locale).format(moment);
}

/** A time of today in the reader's zone. */
export const formatClock = (time: number, locale?: string): string => clocks(locale).format(time);

const UNITS: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_556_952],
  ['month', 2_629_746],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** American English abbreviates with dots ("4 min. ago"), British without: the same words, quieter. */
const language = (locale: string) => (/^en\b/.test(locale) ? 'en-GB' : locale);

/** The millisecond that a timestamp means, or null for a text that is no date. */
export function readTime(iso: string): number | null {
  // Date.parse takes almost any text with a digit for a date ("lead 7").
  const time = /^\d{4}-\d{2}-\d{2}/.test(iso) ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

const present = perLocale((locale) =>
  new Intl.RelativeTimeFormat(language(locale), { numeric: 'auto' }).format(0, 'second'),
);
const distances = perLocale(
  (locale) => new Intl.RelativeTimeFormat(language(locale), { numeric: 'always', style: 'short' }),
);
const exactMoments = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' }));

/**
 * How long ago that was, rounded down: "4 min ago". Less than five seconds is "now". What is later than this computer's clock, which
 * may be slow, is the moment itself: "in 1 hr" would be wrong of what has happened.
 */
export function relativeTime(time: number, now: number, locale?: string): string {
  const seconds = (time - now) / 1000;
  if (Math.abs(seconds) < 5) return present(locale);
  if (seconds > 0) return moments(locale).format(time);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return distances(locale).format(Math.trunc(seconds / size), unit);
}

/** The full local date and time with its zone. */
export function exactTime(time: number, locale?: string): string {
  return exactMoments(locale).format(time);
}
