import { formatNumber } from '../components/number-format.ts';

/** `1 row`, `20,014 rows`. */
export const rowsOf = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'row' : 'rows'}`;

/** What a check has compared: `12 rows compared`, or where not every row stands on the screen, `22 of 20,014 rows compared`. */
export const comparedOf = ({ rows, stored }: { rows: number; stored: number | null }): string =>
  stored === null || rows >= stored
    ? `${rowsOf(rows)} compared`
    : `${formatNumber(rows)} of ${rowsOf(stored)} compared`;
