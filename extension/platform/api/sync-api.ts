import { changesReply } from '../../../shared/contract/changes.ts';
import { canaryReply, schemaReply } from '../../../shared/contract/diagnostics.ts';
import { repairReply, rowReply, rowsByKeyReply, rowsReply, syncReply } from '../../../shared/contract/sync-report.ts';
import { hasChanged } from '../../../shared/proof/has-changed.ts';
import type { Reader } from '../../../shared/proof/table-proof.ts';
import type { Api } from './api.ts';
import { Failure } from './failure.ts';

/** A reply must repeat what was sent with the question. @throws Failure foreign for one that something in between has kept */
function fresh<Reply extends { nonce: string | null }>(reply: Reply, nonce: string): Reply {
  if (reply.nonce === nonce) return reply;
  throw new Failure('foreign', 'The answer is an old one: something between here and the API keeps answers.');
}

/** The routes of the proof. All of them need the role admin and throw Failure. */
export function createSyncApi(api: Api) {
  return {
    async report(signal?: AbortSignal) {
      const nonce = crypto.randomUUID();
      return fresh(await api('GET', '/sync', syncReply, { query: { nonce }, signal }), nonce).report;
    },
    async repair({ dryRun }: { dryRun: boolean }) {
      const nonce = crypto.randomUUID();
      return fresh(
        await api('POST', '/sync/repair', repairReply, { query: { dryRun: dryRun ? '1' : '0', nonce } }),
        nonce,
      );
    },
    row: (key: string, nonce: string, signal?: AbortSignal) =>
      api('GET', `/sync/rows/${encodeURIComponent(key)}`, rowReply, { query: { nonce }, signal }),
    canary: (nonce: string, signal?: AbortSignal) =>
      api('POST', '/diagnostics/canary', canaryReply, { body: { nonce }, signal }),
    async schema(signal?: AbortSignal) {
      const nonce = crypto.randomUUID();
      return fresh(await api('GET', '/diagnostics/schema', schemaReply, { query: { nonce }, signal }), nonce);
    },
    /** For the walk of shared/proof/table-proof.ts. */
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
