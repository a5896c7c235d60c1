import { formatNumber } from '../components/number-format.ts';

/** `1 row`, `20,014 rows`. */
export const rowsOf = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'row' : 'rows'}`;
