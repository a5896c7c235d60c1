import { countOf, formatNumber } from '../../ui/content/number-format.ts';

/** What a check has compared: `12 rows compared`, or where not every row stands on the screen, `22 of 20,014 rows compared`. */
export const comparedOf = ({ rows, stored }: { rows: number; stored: number | null }): string =>
  stored === null || rows >= stored
    ? `${countOf(rows, 'row')} compared`
    : `${formatNumber(rows)} of ${countOf(stored, 'row')} compared`;
