import { changesReply } from '../../../shared/contract/changes.ts';
import { canaryReply, schemaReply } from '../../../shared/contract/diagnostics.ts';
import { repairReply, rowReply, rowsByKeyReply, rowsReply, syncReply } from '../../../shared/contract/sync-report.ts';
import { askFresh } from '../../../shared/proof/fresh-answer.ts';
import { hasChanged } from '../../../shared/proof/has-changed.ts';
import type { Reader } from '../../../shared/proof/table-proof.ts';
import type { Api } from './api.ts';
import { Failure } from './failure.ts';

/** A reply must be to this very question. @throws Failure foreign for one that something in between has kept */
async function fresh<Reply extends { nonce: string | null }>(ask: (nonce: string) => Promise<Reply>): Promise<Reply> {
  const { reply, isFresh } = await askFresh(ask);
  if (isFresh) return reply;
  throw new Failure('foreign', 'The answer is an old one: something between here and the API keeps answers.');
}

/** The routes of the proof. All of them need the role admin and throw Failure. */
export function createSyncApi(api: Api) {
  return {
    report: async (signal?: AbortSignal) =>
      (await fresh((nonce) => api('GET', '/sync', syncReply, { query: { nonce }, signal }))).report,
    repair: ({ dryRun }: { dryRun: boolean }) =>
      fresh((nonce) => api('POST', '/sync/repair', repairReply, { query: { dryRun: dryRun ? '1' : '0', nonce } })),
    row: (key: string, nonce: string, signal?: AbortSignal) =>
      api('GET', `/sync/rows/${encodeURIComponent(key)}`, rowReply, { query: { nonce }, signal }),
    canary: (nonce: string, signal?: AbortSignal) =>
      api('POST', '/diagnostics/canary', canaryReply, { body: { nonce }, signal }),
    schema: (signal?: AbortSignal) =>
      fresh((nonce) => api('GET', '/diagnostics/schema', schemaReply, { query: { nonce }, signal })),
    /** For shared/proof: the caller sees whether an answer is fresh. */
    reader: (signal?: AbortSignal): Reader => ({
      rows: ({ entity, after, limit, whole, nonce }) =>
        api('GET', '/sync/rows', rowsReply, {
          query: { entity, after: after ?? undefined, limit, whole: whole ? '1' : '0', nonce },
          signal,
        }),
      rowsByKey: (body) => api('POST', '/sync/rows', rowsByKeyReply, { body, signal }),
      movedSince: (cursor, entity) =>
        hasChanged(cursor, entity, (after) =>
          api('GET', '/changes', changesReply, { query: { after, limit: 200 }, signal }),
        ),
    }),
  };
}
export type SyncApi = ReturnType<typeof createSyncApi>;
