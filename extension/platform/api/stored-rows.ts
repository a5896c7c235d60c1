import type { RowsByKeyReply } from '../../../shared/contract/sync-report.ts';
import { readByKey } from '../../../shared/proof/table-proof.ts';
import type { Api } from './api.ts';
import { Failure } from './failure.ts';
import { createSyncApi } from './sync-api.ts';

/**
 * Reads rows by key as the text that Postgres has stored, and adds up what came in.
 * @param keys 1 to 200
 * @throws Failure, also when the answer is an older one, or not what Postgres added up in the same snapshot
 */
export async function readStoredRows(api: Api, keys: string[], signal?: AbortSignal): Promise<RowsByKeyReply> {
  const { reply, isFresh, isRight } = await readByKey(createSyncApi(api).reader(signal), keys);
  if (isRight) return reply;
  throw new Failure(
    'foreign',
    isFresh
      ? 'The text received is not what Postgres stores: its own sum over these rows is another.'
      : 'Something between here and the API kept an older answer.',
  );
}
