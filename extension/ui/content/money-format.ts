import { perLocale } from './per-locale.ts';

const made = new Map<string, (locale?: string) => Intl.NumberFormat>();

/**
 * An amount as people of the browser's language write it, in the currency that the API tells. Before it has told, the number
 * stands alone: a wrong currency would be a wrong amount.
 */
export function formatMoney(amount: number | null | undefined, currency: string | null, locale?: string): string {
  if (amount === null || amount === undefined) return '–';
  const name = currency ?? '';
  const formats =
    made.get(name) ??
    perLocale(
      (language) =>
        new Intl.NumberFormat(
          language,
          currency ? { style: 'currency', currency } : { minimumFractionDigits: 2, maximumFractionDigits: 2 },
        ),
    );
  made.set(name, formats);
  return formats(locale).format(amount);
}

/** For the axis of a chart: no cents. */
export function formatRoundMoney(amount: number, currency: string | null, locale?: string): string {
  return new Intl.NumberFormat(locale, {
    notation: 'compact',
    ...(currency && { style: 'currency', currency }),
  }).format(amount);
}
