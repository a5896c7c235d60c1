import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import type { EntityProof } from '../../../shared/proof/table-proof.ts';
import type { Failure } from '../../platform/api/failure.ts';
import { driftSummary, isDrift } from '../../platform/browser/drift.ts';
import type { LastCheck } from '../../platform/workspace/workspace.ts';
import type { WitnessComparison } from '../second-check/sync-witness.ts';
import type { SyncFinding } from './sync-findings.ts';
import type { Part } from './sync-part.ts';
import type { ScreenComparison } from './sync-screen.ts';

/**
 * What one part of a check came to.
 * - unchecked: it was not made, or there was no row that it could have compared
 */
export type Outcome = 'agrees' | 'differs' | 'pending' | 'failed' | 'unchecked';

/** A walk over all rows as far as it came, and what interrupted it. */
export interface WalkResult {
  proofs: readonly EntityProof[];
  failure: Failure | null;
}

export interface CheckParts {
  report: Part<SyncReport>;
  screen: Part<ScreenComparison>;
  witness: Part<WitnessComparison>;
  /** Null for a check that was made without one. */
  walk: WalkResult | null;
}
export type Outcomes = Record<keyof CheckParts, Outcome>;

/** What a part came to, if it was made at all. */
function outcomeOf<Result>({ step, result }: Part<Result>, judge: (found: Result) => Outcome): Outcome {
  if (step.value.state === 'failed') return 'failed';
  return step.value.state === 'done' && result.value !== null ? judge(result.value) : 'unchecked';
}

function ofScreen({ findings, pending, compared }: ScreenComparison): Outcome {
  if (findings.length > 0) return 'differs';
  if (pending.length > 0) return 'pending';
  return compared > 0 ? 'agrees' : 'unchecked';
}

function ofWitness({ reports, notCompared }: WitnessComparison): Outcome {
  const has = (state: 'differ' | 'pending') => reports.some((report) => report.state === state);
  if (has('differ')) return 'differs';
  if (has('pending')) return 'pending';
  return notCompared.length === 0 && reports.some(({ rows }) => rows > 0) ? 'agrees' : 'unchecked';
}

function ofWalk({ proofs, failure }: WalkResult): Outcome {
  if (proofs.some(({ state }) => state === 'differs')) return 'differs';
  if (failure) return 'failed';
  return proofs.every(({ state }) => state === 'proven') ? 'agrees' : 'pending';
}

/** What each part came to. */
export const outcomesOf = ({ report, screen, witness, walk }: CheckParts): Outcomes => ({
  report: outcomeOf(report, ({ findings }) => (findings.some(isDrift) ? 'differs' : 'agrees')),
  screen: outcomeOf(screen, ofScreen),
  witness: outcomeOf(witness, ofWitness),
  walk: walk ? ofWalk(walk) : 'unchecked',
});

const PENDING =
  'Records are being written right now, so not all of them could be compared. They are compared again as soon as they stand still.';
const WALK_PENDING =
  'Rows were written meanwhile, so the rows that were read could not be compared with what is stored now. Prove every row again.';

/** A fault outweighs a part that could not be checked, and that outweighs one that was written to meanwhile. */
export function verdictOf(
  parts: CheckParts,
  { findings, isEmpty }: { findings: readonly SyncFinding[]; isEmpty: boolean },
): Pick<LastCheck, 'state' | 'summary'> {
  const outcomes = Object.values(outcomesOf(parts));
  if (outcomes.includes('differs')) return { state: 'drift', summary: driftSummary(findings.filter(isDrift)) };
  if (outcomes.includes('failed')) {
    const { report, screen, witness, walk } = parts;
    const steps = [report, screen, witness].map(({ step }) => step.value.failure);
    const failure = [...steps, walk?.failure ?? null].find((one) => one !== null);
    const isForbidden = failure?.code === 'forbidden';
    return { state: 'failed', summary: isForbidden ? 'Only an admin can check.' : (failure?.message ?? '') };
  }
  if (outcomes.includes('pending')) return { state: 'pending', summary: parts.walk ? WALK_PENDING : PENDING };
  return { state: 'synced', summary: isEmpty ? 'CRM data is synced, nothing stored yet' : 'CRM data is synced' };
}
