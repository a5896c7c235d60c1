import { isDrift } from '../../../shared/contract/sync-report.ts';
import type { LastCheck, Workspace } from '../../platform/workspace/workspace.ts';
import { comparedOf } from '../../records/field-words.ts';
import { Time } from '../../ui/content/Time.tsx';
import { formatClock } from '../../ui/content/time-format.ts';
import { Icon } from '../../ui/icons/Icon.tsx';
import type { IconName } from '../../ui/icons/icons.ts';
import type { Tone } from '../../ui/messages/Badge.tsx';
import type { Check } from './check.ts';

const SIGNS: Record<LastCheck['state'] | 'unsafe' | 'past' | 'unchecked' | 'checking', [Tone, IconName, string]> = {
  synced: ['good', 'circleCheck', 'CRM data is synced'],
  drift: ['danger', 'circleX', 'CRM data is not in sync'],
  unsafe: ['warning', 'alert', 'CRM data is not safe'],
  failed: ['warning', 'alert', 'Could not be checked'],
  pending: ['info', 'clock', 'Being written right now'],
  past: ['neutral', 'clock', 'Not checked since'],
  unchecked: ['neutral', 'shield', 'Not checked yet'],
  checking: ['neutral', 'refresh', 'Checking'],
};

const OUTDATED = {
  written: 'Records were written after the last check,',
  away: 'The backend is away, so nobody tells what was written after the last check,',
};

/** The one sentence that the card is for, in the seed's words; green only where nothing was written since. */
export function Verdict({ workspace, check }: { workspace: Workspace; check: Check }) {
  const isChecking = check.isChecking.value;
  const elsewhere = isChecking ? null : workspace.newerDrift.value;
  const last = isChecking || elsewhere ? null : workspace.lastCheck.value;
  const outdated = workspace.outdated.value;
  const isPast = last?.state === 'synced' && outdated !== null;
  const drift = check.findings.value.filter(isDrift);
  // What is stored agrees, but the database is set up so that it may not stay.
  const isUnsafe = last?.state === 'drift' && drift.length > 0 && drift.every(({ entity }) => entity === 'database');
  const found = elsewhere ? 'drift' : isUnsafe ? 'unsafe' : isPast ? 'past' : last?.state;
  const sign = isChecking ? 'checking' : (found ?? 'unchecked');
  const [tone, icon, title] = SIGNS[sign];
  const said = sign === 'synced' ? last?.summary : sign === 'past' && last ? `${title} ${formatClock(last.at)}` : title;
  const at = (time: number) => <Time iso={new Date(time).toISOString()} />;
  return (
    <div class="verdict" data-tone={tone} data-testid="verdict">
      <Icon name={icon} size={28} />
      <div>
        <p class="verdict-title" role="status">
          {said}
        </p>
        <p class="secondary">
          {isChecking && 'Comparing what you see with what is stored.'}
          {elsewhere && (
            <>
              {elsewhere.summary} Found by {elsewhere.by === 'worker' ? 'the regular check' : 'another view'}{' '}
              {at(elsewhere.at)}. Check Sync to compare here.
            </>
          )}
          {sign === 'unchecked' && 'Nothing was compared, so nothing is known.'}
          {last?.state === 'pending' && last.summary}
          {last?.state === 'failed' &&
            `${last.summary} ${check.steps.report.value.result ? 'The parts below say what was compared.' : 'Nothing is known about the data.'}`}
          {isPast && outdated && (
            <>
              {OUTDATED[outdated]} which had found the data in sync ({at(last.at)}).
            </>
          )}
          {last && (last.state === 'drift' || (last.state === 'synced' && !isPast)) && (
            <>
              {comparedOf(last)} {at(last.at)}
            </>
          )}
        </p>
      </div>
    </div>
  );
}
