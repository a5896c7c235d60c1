import { perLocale } from './per-locale.ts';

const numbers = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));
const percents = perLocale((locale) => new Intl.NumberFormat(locale, { style: 'percent' }));

/** A number as people of the browser's language write it, digits grouped. */
export function formatNumber(value: number, locale?: string): string {
  return numbers(locale).format(value);
}

/** A part of a whole in whole percent; a whole of nothing has no parts. Never "100 %" for less than all, nor "0 %" for some. */
export function formatShare(part: number, whole: number, locale?: string): string {
  if (whole <= 0) return '–';
  const share = part / whole;
  const rounded = Math.round(share * 100) / 100;
  const kept = share > 0 && share < 1 ? Math.min(0.99, Math.max(0.01, rounded)) : rounded;
  return percents(locale).format(kept);
}
