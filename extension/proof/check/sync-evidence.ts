import type { Connection } from '../../platform/browser/storage.ts';
import type { LastCheck } from '../../platform/workspace/workspace.ts';
import type { WitnessComparison } from '../second-check/sync-witness.ts';
import type { createFullProof } from './full-proof.ts';
import type { SyncFinding } from './sync-findings.ts';
import { type CheckParts, type Outcome, outcomesOf } from './sync-verdict.ts';

interface Check {
  connection: Connection;
  check: LastCheck | null;
  findings: readonly SyncFinding[];
  parts: CheckParts;
  proof: ReturnType<typeof createFullProof>;
}

const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function howItWent({ step }: CheckParts['report' | 'screen' | 'witness'], outcome: Outcome) {
  const { state, at, ms, failure } = step.value;
  return { state, outcome, at: time(at), ms, failure: failure?.message ?? null };
}

/** Without the texts of the rows: those are somebody's data. */
const withoutTexts = ({ scope, reports, notCompared }: WitnessComparison) => ({
  scope,
  notCompared,
  reports: reports.map(({ different: { total, rows }, ...rest }) => ({
    ...rest,
    different: { total, keys: rows.map(({ key }) => key) },
  })),
});

/** The whole check as it stands, to be taken along: each part with its result and its time, no key, no session. */
export function evidenceOf({ connection, check, findings, parts, proof }: Check) {
  const { report, screen, witness, walk } = parts;
  const outcomes = outcomesOf(parts);
  const compared = witness.result.value;
  return {
    connection: { name: connection.name, url: connection.url },
    check,
    findings,
    steps: {
      report: howItWent(report, outcomes.report),
      screen: howItWent(screen, outcomes.screen),
      witness: howItWent(witness, outcomes.witness),
    },
    report: report.result.value,
    screen: screen.result.value,
    proof: {
      state: proof.state.value,
      /** Whether the verdict counts it; else it is an earlier one, and nothing of it was checked since. */
      isOfThisCheck: walk !== null,
      outcome: outcomes.walk,
      at: time(proof.at.value),
      ms: proof.ms.value,
      rows: proof.rows.value,
      failure: proof.failure.value?.message ?? null,
      entities: proof.results.value,
    },
    witness: compared && withoutTexts(compared),
  };
}
