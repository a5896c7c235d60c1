import type { LastCheck, Workspace } from '../../platform/workspace/workspace.ts';
import { comparedOf } from '../../records/field-words.ts';
import { Time } from '../../ui/content/Time.tsx';
import { formatClock } from '../../ui/content/time-format.ts';
import { Icon } from '../../ui/icons/Icon.tsx';
import type { IconName } from '../../ui/icons/icons.ts';
import type { Tone } from '../../ui/messages/Badge.tsx';
import type { SyncModel } from './sync-check.ts';

interface Words {
  tone: Tone;
  icon: IconName;
  title: string;
}

/** What the last check found, in the seed's words; green only where nothing was written since. */
function wordsOf({ state, summary, at }: LastCheck, isOnlyUnsafe: boolean, isOutdated: boolean): Words {
  if (state === 'drift' && isOnlyUnsafe) return { tone: 'warning', icon: 'alert', title: 'CRM data is not safe' };
  if (state === 'drift') return NOT_IN_SYNC;
  if (state === 'failed') return { tone: 'warning', icon: 'alert', title: 'Could not be checked' };
  if (state === 'pending') return { tone: 'info', icon: 'clock', title: 'Being written right now' };
  if (isOutdated) return { tone: 'neutral', icon: 'clock', title: `Not checked since ${formatClock(at)}` };
  return { tone: 'good', icon: 'circleCheck', title: summary };
}

const NOT_IN_SYNC: Words = { tone: 'danger', icon: 'circleX', title: 'CRM data is not in sync' };
const UNCHECKED: Words = { tone: 'neutral', icon: 'shield', title: 'Not checked yet' };
const CHECKING: Words = { tone: 'neutral', icon: 'refresh', title: 'Checking' };

const OUTDATED = {
  written: 'Records were written after the last check,',
  away: 'The backend is away, so nobody tells what was written after the last check,',
};

interface ExplanationProps {
  check: LastCheck;
  outdated: keyof typeof OUTDATED | null;
  isReportKnown: boolean;
}

function Explanation({ check, outdated, isReportKnown }: ExplanationProps) {
  const iso = new Date(check.at).toISOString();
  if (check.state === 'failed') {
    const rest = isReportKnown ? 'The parts below say what was compared.' : 'Nothing is known about the data.';
    return (
      <>
        {check.summary} {rest}
      </>
    );
  }
  if (check.state === 'pending') return <>{check.summary}</>;
  if (check.state === 'synced' && outdated) {
    return (
      <>
        {OUTDATED[outdated]} which had found the data in sync (<Time iso={iso} />
        ).
      </>
    );
  }
  return (
    <>
      {comparedOf(check)} <Time iso={iso} />
    </>
  );
}

/** The one sentence that the card is for. */
export function SyncVerdict({ workspace, sync }: { workspace: Workspace; sync: SyncModel }) {
  const check = workspace.lastCheck.value;
  const drift = sync.findings.value.filter(({ severity }) => severity !== 'info');
  // What is stored agrees, but the database is set up so that it may not stay.
  const isOnlyUnsafe = drift.length > 0 && drift.every(({ entity }) => entity === 'database');
  const isChecking = sync.verdict.value === 'checking';
  const elsewhere = isChecking ? null : workspace.newerDrift.value;
  const ours = elsewhere || isChecking ? null : check;
  const outdated = workspace.outdated.value;
  const words = ours ? wordsOf(ours, isOnlyUnsafe, outdated !== null) : UNCHECKED;
  const { tone, icon, title } = isChecking ? CHECKING : elsewhere ? NOT_IN_SYNC : words;
  return (
    <div class="verdict" data-tone={tone} data-testid="verdict">
      <Icon name={icon} size={28} />
      <div>
        <p class="verdict-title" role="status">
          {title}
        </p>
        <p class="secondary">
          {isChecking && 'Comparing what you see with what is stored.'}
          {elsewhere && (
            <>
              {elsewhere.summary} Found by {elsewhere.by === 'worker' ? 'the regular check' : 'another view'}{' '}
              <Time iso={new Date(elsewhere.at).toISOString()} />. Check Sync to compare here.
            </>
          )}
          {!isChecking && !elsewhere && !check && 'Nothing was compared, so nothing is known.'}
          {ours && <Explanation check={ours} outdated={outdated} isReportKnown={sync.report.value !== null} />}
        </p>
      </div>
    </div>
  );
}
