/** The browser's own language and region. */
const OWN = new Intl.NumberFormat().resolvedOptions().locale;

/**
 * The language of dates and figures, which is that of the words around them: English as the reader's region writes it.
 * @param own the language of the browser
 */
export const interfaceLocale = (own: string): string => (/^en\b/.test(own) ? own : 'en-GB');
const INTERFACE = interfaceLocale(OWN);

/** Makes a formatter once for each language: making one costs about a hundred times what using it does. */
export function perLocale<Format>(make: (locale: string) => Format): (locale?: string) => Format {
  const made = new Map<string, Format>();
  return (locale = INTERFACE) => {
    const known = made.get(locale) ?? make(locale);
    made.set(locale, known);
    return known;
  };
}

const numbers = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));
const rates = perLocale((locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }));
const percents = perLocale((locale) => new Intl.NumberFormat(locale, { style: 'percent' }));

/** How a locale groups digits, for amounts that people type as they are used to: `pattern` fits amounts in groups, 1,250.50. */
const groups = perLocale((locale) => {
  const parts = new Intl.NumberFormat(locale).formatToParts(12_345.6);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const [group, decimal] = [sign('group'), sign('decimal')];
  return { group, decimal, pattern: new RegExp(`^\\d{1,3}([${group}]\\d{3})+([${decimal}]\\d*)?$`) };
});

/** A number with its digits grouped. */
export function formatNumber(value: number, locale?: string): string {
  return numbers(locale).format(value);
}

/** An amount to be edited, without groups and with the decimal sign of the language, so that `plainAmount` reads it as it is. */
export function typedAmount(value: number, locale?: string): string {
  return String(value).replace('.', groups(locale ?? OWN).decimal);
}

/**
 * What somebody has typed as an amount, with a point and no groups. Digits may be grouped as their language does, and decimals stand
 * after a comma or a point; what is no amount is none afterwards either.
 */
export function plainAmount(typed: string, locale?: string): string {
  const { group, decimal, pattern } = groups(locale ?? OWN);
  // The spaces that some languages group by are on no keyboard.
  const amount = typed.trim().replace(/(?<=\d)[\s’'](?=\d{3}(?!\d))/g, '');
  return pattern.test(amount) ? amount.replaceAll(group, '').replace(decimal, '.') : amount.replace(',', '.');
}

/** `1 row`, `20,014 rows`. */
export function countOf(count: number, one: string, locale?: string): string {
  return `${formatNumber(count, locale)} ${one}${count === 1 ? '' : 's'}`;
}

/** A rate in percent, 16.7. */
export function formatPercent(rate: number, locale?: string): string {
  return rates(locale).format(rate / 100);
}

/** A part of a whole in whole percent, a little as "<1%"; a whole of nothing has no parts. Never "100%" for less than all. */
export function formatShare(part: number, whole: number, locale?: string): string {
  if (whole <= 0) return '–';
  const share = part / whole;
  if (share > 0 && share < 0.01) return `<${percents(locale).format(0.01)}`;
  const rounded = Math.round(share * 100) / 100;
  return percents(locale).format(share < 1 ? Math.min(0.99, rounded) : rounded);
}

const made = new Map<string, (locale?: string) => Intl.NumberFormat>();

/**
 * An amount in the currency that the API tells. Before it has told, the number
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
  return new Intl.NumberFormat(locale ?? INTERFACE, {
    notation: 'compact',
    ...(currency && { style: 'currency', currency }),
  }).format(amount);
}
