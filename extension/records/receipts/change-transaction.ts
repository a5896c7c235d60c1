import type { Change } from '../../../shared/contract/changes.ts';

/** What the entries of a restored dump have: those ids are of another cluster. */
const RESTORED = '3';

/** Id of the transaction that made an entry of the change log. */
export const transactionOf = ({ cursor }: Change): string => cursor.split('.')[0] ?? '';

/** Whether a restored dump brought the entry, so that its transaction is none of this database. */
export const isRestored = (change: Change): boolean => transactionOf(change) === RESTORED;
