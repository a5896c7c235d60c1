import type { SchemaReply } from '../../shared/contract/diagnostics.ts';
import { ENTITIES } from '../../shared/contract/record-key.ts';
import type { SyncReport } from '../../shared/contract/sync-report.ts';
import { judgeReport } from '../../shared/proof/judge-report.ts';
import { type EntityProof, isSameSum, proveEntity, Walk } from '../../shared/proof/table-proof.ts';
import type { ProveClient } from './prove-client.ts';

/** What the whole check came to. `unchecked`: rows were written during every walk, so the whole was never compared. */
export interface Check {
  verdict: 'synced' | 'drift' | 'unchecked';
  report: SyncReport;
  proofs: EntityProof[];
  /** Functions and triggers that are not ours make a report that proves nothing. */
  schema: SchemaReply;
}

const WALKS = 3;

/**
 * Walks over every record, then asks for the report and the schema. The report counts only when it summed up the very rows that
 * were walked.
 */
async function checkOnce(client: ProveClient, onProgress: (walk: Walk) => void): Promise<Check> {
  const proofs: EntityProof[] = [];
  for (const entity of ENTITIES) proofs.push(await proveEntity(new Walk(entity), client, { onProgress }));
  const report = judgeReport(await client.report());
  const schema = await client.schema();
  const isOneState = proofs.every(({ entity, stored }) => stored !== null && isSameSum(stored, report.digests[entity]));
  const isDrift = report.verdict === 'drift' || !schema.ok || proofs.some(({ state }) => state === 'differs');
  const isProven = isOneState && proofs.every(({ state }) => state === 'proven');
  return { verdict: isDrift ? 'drift' : isProven ? 'synced' : 'unchecked', report, proofs, schema };
}

/**
 * The whole check. While rows are written it starts again, three times at most.
 * @throws Unchecked when the API cannot be asked
 */
export async function check(client: ProveClient, onProgress: (walk: Walk) => void): Promise<Check> {
  for (let walk = 1; ; walk++) {
    const result = await checkOnce(client, onProgress);
    if (result.verdict !== 'unchecked' || walk === WALKS) return result;
  }
}
