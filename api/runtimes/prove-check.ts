import { type EntityProof, isSameSum, proveEntity, Walk } from '../../shared/proof.ts';
import { ENTITIES, type SyncReport } from '../../shared/sync.ts';
import type { ProveClient } from './prove-client.ts';

/** What the whole check came to. `unchecked`: rows were written during every walk, so the whole was never compared. */
export interface Check {
  verdict: 'synced' | 'drift' | 'unchecked';
  report: SyncReport;
  proofs: EntityProof[];
}

const WALKS = 3;

const hasDrift = ({ verdict, findings }: SyncReport) =>
  verdict === 'drift' || findings.some(({ severity }) => severity !== 'info');

/** Walks over every record, then asks for the report. It counts only when it summed up the very rows that were walked. */
async function checkOnce(client: ProveClient, onProgress: (walk: Walk) => void): Promise<Check> {
  const proofs: EntityProof[] = [];
  for (const entity of ENTITIES) proofs.push(await proveEntity(new Walk(entity), client, { onProgress }));
  const report = await client.report();
  const isOneState = proofs.every(({ entity, stored }) => stored !== null && isSameSum(stored, report.digests[entity]));
  const isDrift = hasDrift(report) || proofs.some(({ state }) => state === 'differs');
  const isProven = isOneState && proofs.every(({ state }) => state === 'proven');
  return { verdict: isDrift ? 'drift' : isProven ? 'synced' : 'unchecked', report, proofs };
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
