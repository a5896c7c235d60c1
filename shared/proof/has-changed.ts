import type { Change } from '../contract/changes.ts';
import { RECORD_KEY, type SyncEntity } from '../contract/record-key.ts';

/** Whether a write was on a record of this kind; a truncate was on all of them. */
export const isChangeOf = ({ key, operation }: Change, entity: SyncEntity): boolean =>
  operation === 'truncate' || RECORD_KEY[entity].test(key);

type ReadPage = (after: string) => Promise<{ changes: readonly Change[]; nextCursor: string; more: boolean }>;

/** What the change log tells since a cursor, page by page. @param read a page of `GET /changes` */
export async function* changesSince(cursor: string, read: ReadPage): AsyncGenerator<readonly Change[]> {
  for (let after = cursor, more = true; more; ) {
    const page = await read(after);
    yield page.changes;
    ({ nextCursor: after, more } = page);
  }
}

/** Whether the change log names a record of this kind since a cursor. */
export async function hasChanged(cursor: string, entity: SyncEntity, read: ReadPage): Promise<boolean> {
  for await (const changes of changesSince(cursor, read)) {
    if (changes.some((change) => isChangeOf(change, entity))) return true;
  }
  return false;
}
