import { formatNumber } from '../../ui/content/number-format.ts';
import { SyncWitness, witnessResult } from '../second-check/SyncWitness.tsx';
import { ReportEvidence, ScreenEvidence } from './SyncEvidence.tsx';
import { SyncStep } from './SyncStep.tsx';
import type { SyncModel } from './sync-check.ts';
import type { ScreenComparison } from './sync-screen.ts';

function screenResult({ compared, pending, withheld, findings }: ScreenComparison): string {
  if (compared + pending.length + withheld + findings.length === 0)
    return 'There was no record to compare: not checked';
  const bad = findings.reduce((sum, { count }) => sum + count, 0);
  const parts = [`${formatNumber(compared)} of ${formatNumber(compared + pending.length + bad)} records are equal`];
  if (pending.length > 0) parts.push(`${formatNumber(pending.length)} pending, re-check`);
  if (withheld > 0) parts.push(`${formatNumber(withheld)} with a secret not checked`);
  return parts.join(' · ');
}

/** The parts of the quick check, each with what it was concluded from. */
export function SyncSteps({ sync, isOutdated }: { sync: SyncModel; isOutdated: boolean }) {
  const { steps, witness } = sync;
  const outcomes = sync.outcomes.value;
  const report = sync.report.value;
  const screen = sync.screen.value;
  const drift = report?.findings.filter(({ severity }) => severity !== 'info').length ?? 0;
  return (
    <ol class="plain-list sync-steps">
      <SyncStep
        name="The table against itself"
        step={steps.report.value}
        outcome={outcomes.report}
        isOutdated={isOutdated}
        result={
          drift === 0
            ? 'Records, indexes, lookups, lists and totals agree in one snapshot'
            : `${drift === 1 ? 'One finding' : `${drift} findings`} in one snapshot`
        }
        evidence={report && <ReportEvidence report={report} />}
      />
      <SyncStep
        name="What you see against what is stored"
        step={steps.screen.value}
        outcome={outcomes.screen}
        isOutdated={isOutdated}
        result={screen && screenResult(screen)}
        evidence={screen && <ScreenEvidence screen={screen} />}
      />
      {witness && (
        <SyncStep
          name="Our API against Supabase itself"
          step={witness.step.value}
          outcome={outcomes.witness}
          isOutdated={isOutdated}
          open={outcomes.witness === 'differs'}
          result={witness.result.value && witnessResult(witness.result.value)}
          evidence={witness.result.value && <SyncWitness comparison={witness.result.value} />}
        />
      )}
    </ol>
  );
}
