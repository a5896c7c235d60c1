import { perLocale } from './per-locale.ts';

const numbers = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));
const percents = perLocale((locale) => new Intl.NumberFormat(locale, { style: 'percent' }));

/** A number as people of the browser's language write it, digits grouped. */
export function formatNumber(value: number, locale?: string): string {
  return numbers(locale).format(value);
}

/** `1 row`, `20,014 rows`. */
export function countOf(count: number, one: string, locale?: string): string {
  return `${formatNumber(count, locale)} ${one}${count === 1 ? '' : 's'}`;
}

/** A part of a whole in whole percent, a little as "<1%"; a whole of nothing has no parts. Never "100%" for less than all. */
export function formatShare(part: number, whole: number, locale?: string): string {
  if (whole <= 0) return '–';
  const share = part / whole;
  if (share > 0 && share < 0.01) return `<${percents(locale).format(0.01)}`;
  const rounded = Math.round(share * 100) / 100;
  return percents(locale).format(share < 1 ? Math.min(0.99, rounded) : rounded);
}
