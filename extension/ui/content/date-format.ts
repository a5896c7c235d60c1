import { perLocale } from './per-locale.ts';

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
