import type { RowsByKeyReply } from '../../../shared/contract/sync-report.ts';
import { sumOf } from '../../../shared/proof/digest.ts';
import { isSumOf } from '../../../shared/proof/page-fault.ts';
import type { Api } from './api.ts';
import { Failure } from './failure.ts';
import { createSyncApi } from './sync-api.ts';

/**
 * Reads rows by key as the text that Postgres has stored, and adds up what came in.
 * @param keys 1 to 200
 * @throws Failure, also when the answer is an older one, or not what Postgres added up in the same snapshot
 */
export async function readStoredRows(api: Api, keys: string[], signal?: AbortSignal): Promise<RowsByKeyReply> {
  const nonce = crypto.randomUUID();
  const reply = await createSyncApi(api).reader(signal).rowsByKey({ keys, nonce });
  if (reply.nonce !== nonce) throw new Failure('foreign', 'Something between here and the API kept an older answer.');
  const { sum } = await sumOf(reply.rows);
  if (isSumOf(reply.page, sum)) return reply;
  throw new Failure(
    'foreign',
    'The text received is not what Postgres stores: its own sum over these rows is another.',
  );
}
