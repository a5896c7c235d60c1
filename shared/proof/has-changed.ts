import type { Change } from '../contract/changes.ts';
import { RECORD_KEY } from '../contract/record-key.ts';
import type { SyncEntity } from '../contract/sync-report.ts';

/** Whether a write was on a record of this kind; a truncate was on all of them. */
export const isChangeOf = ({ key, operation }: Change, entity: SyncEntity): boolean =>
  operation === 'truncate' || RECORD_KEY[entity].test(key);

/**
 * Whether the change log names a record of this kind since a cursor.
 * @param read a page of `GET /changes`
 */
export async function hasChanged(
  cursor: string,
  entity: SyncEntity,
  read: (after: string) => Promise<{ changes: readonly Change[]; nextCursor: string; more: boolean }>,
): Promise<boolean> {
  for (let after = cursor, more = true; more; ) {
    const page = await read(after);
    if (page.changes.some((change) => isChangeOf(change, entity))) return true;
    ({ nextCursor: after, more } = page);
  }
  return false;
}
