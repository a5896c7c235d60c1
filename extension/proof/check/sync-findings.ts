import type { Finding, SyncReport } from '../../../shared/contract/sync-report.ts';
import type { EntityProof, ProofFinding } from '../../../shared/proof/table-proof.ts';
import type { WitnessComparison } from '../second-check/sync-witness.ts';
import { KEYS_NAMED, type WitnessReport } from '../second-check/witness-report.ts';
import type { ScreenComparison, ScreenFinding } from './sync-screen.ts';

/** One fault, whoever found it: the report of Postgres, the comparison with the screen, the walk over all rows, or the
 * second witness. */
export interface SyncFinding
  extends Pick<Finding, 'severity' | 'entity' | 'count' | 'keys' | 'message' | 'repairable'> {
  code: Finding['code'] | ScreenFinding['code'] | ProofFinding['code'] | 'witness.differs';
  /** What to do, where the API says it. */
  remedy: string | null;
}

interface Found {
  report: SyncReport | null;
  screen: ScreenComparison | null;
  witness: WitnessComparison | null;
  proofs: readonly EntityProof[];
}

const RANK = { error: 0, warning: 1, info: 2 };

const ours = (finding: ScreenFinding | ProofFinding): SyncFinding => ({
  count: finding.keys.length,
  ...finding,
  severity: 'error',
  remedy: null,
  repairable: false,
});

/** The two sides of the differences are shown by the witness itself. */
function differences(report: WitnessReport): SyncFinding[] {
  if (report.state !== 'differ') return [];
  const { onlyOurs, onlyTheirs, different } = report;
  return [
    {
      code: 'witness.differs',
      severity: 'error',
      entity: report.entity ?? 'table',
      count: onlyOurs.total + onlyTheirs.total + different.total,
      keys: [...different.rows.map(({ key }) => key), ...onlyOurs.keys, ...onlyTheirs.keys].slice(0, KEYS_NAMED),
      message: report.message ?? '',
      remedy: null,
      repairable: false,
    },
  ];
}

/** Everything that was found, the worst first. */
export function findingsOf({ report, screen, proofs, witness }: Found): SyncFinding[] {
  const all = [
    ...(screen?.findings ?? []).map(ours),
    ...proofs.flatMap(({ findings }) => findings).map(ours),
    ...(witness?.reports ?? []).flatMap(differences),
    ...(report?.findings ?? []),
  ];
  return all.sort((left, right) => RANK[left.severity] - RANK[right.severity]);
}
