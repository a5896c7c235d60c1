/** Makes a formatter once for each language: making one costs about a hundred times what using it does. */
export function perLocale<Format>(make: (locale: string | undefined) => Format): (locale?: string) => Format {
  const made = new Map<string | undefined, Format>();
  return (locale) => {
    const known = made.get(locale) ?? make(locale);
    made.set(locale, known);
    return known;
  };
}
