import { RECORD_KEY } from '../../../shared/contract/record-key.ts';
import type { Crm } from '../../platform/api/crm.ts';

/** Keys of records, the rows that a report counts; the table has rows derived from them besides. */
const RECORD = new RegExp(
  Object.values(RECORD_KEY)
    .map(({ source }) => source)
    .join('|'),
);

/** The count of a report as SQL, for whoever would rather ask the database than us. */
export const countQuery = (table: string): string => `select count(*) from ${table} where key ~ '${RECORD.source}';`;

/**
 * What the change log says of records since a cursor.
 * @returns keys of those that came and are still there, and how many more there are by now
 * @throws Failure
 */
export async function recordsSince(
  crm: Crm,
  cursor: string,
  signal: AbortSignal,
): Promise<{ came: string[]; balance: number }> {
  const came = new Set<string>();
  let balance = 0;
  for (let after = cursor, more = true; more; ) {
    const page = await crm.listChanges(after, signal);
    for (const { key, operation } of page.changes) {
      if (!RECORD.test(key) || operation === 'update') continue;
      balance += operation === 'insert' ? 1 : -1;
      if (operation === 'insert') came.add(key);
      else came.delete(key);
    }
    ({ nextCursor: after, more } = page);
  }
  return { came: [...came], balance };
}
