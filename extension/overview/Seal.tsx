import type { LastCheck, Workspace } from '../platform/workspace/workspace.ts';
import { comparedOf } from '../records/field-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Time } from '../ui/content/Time.tsx';
import { Icon } from '../ui/icons/Icon.tsx';
import type { IconName } from '../ui/icons/icons.ts';
import type { Tone } from '../ui/messages/Badge.tsx';

interface Verdict {
  tone: Tone;
  icon: IconName;
  /** Ends where the time follows. */
  text: string;
  /** In milliseconds since 1970; null where nothing was checked. */
  at: number | null;
}

const OUTDATED = {
  written: 'Not checked since records were written · last checked',
  away: 'Not checked since the backend is away · last checked',
};

function ofCheck(check: LastCheck, outdated: keyof typeof OUTDATED | null): Verdict {
  const { state, at, summary, isEmpty } = check;
  if (state === 'drift') return { tone: 'danger', icon: 'circleX', text: `Not in sync · ${summary} Found`, at };
  if (state === 'failed')
    return { tone: 'warning', icon: 'alert', text: `Could not be checked · ${summary} Tried`, at };
  if (state === 'pending') return { tone: 'info', icon: 'clock', text: 'Being written while it was checked', at };
  if (outdated) return { tone: 'neutral', icon: 'clock', text: OUTDATED[outdated], at };
  return {
    tone: 'good',
    icon: 'circleCheck',
    text: `In sync · ${isEmpty ? 'nothing stored yet, checked' : comparedOf(check)}`,
    at,
  };
}

/** The newest verdict and its age. Green is never remembered: what another view or the worker found wrong is. */
function verdictOf({ lastCheck, outdated, newerDrift }: Workspace): Verdict {
  const drift = newerDrift.value;
  if (drift) return { tone: 'danger', icon: 'circleX', text: `Not in sync · ${drift.summary} Found`, at: drift.at };
  if (lastCheck.value) return ofCheck(lastCheck.value, outdated.value);
  return { tone: 'neutral', icon: 'shield', text: 'Not checked yet', at: null };
}

/** Is what I see what is stored? One line, and the way to the proof. */
export function Seal({ workspace }: { workspace: Workspace }) {
  const { tone, icon, text, at } = verdictOf(workspace);
  return (
    <section class="seal" data-tone={tone} aria-label="Data sync" data-testid="seal">
      <p class="seal-verdict">
        <Icon name={icon} />
        <span>
          {text} {at !== null && <Time iso={new Date(at).toISOString()} />}
        </span>
      </p>
      <div class="row">
        <Button onClick={() => workspace.navigation.show('sync')}>Check Data Sync</Button>
        <Button variant="quiet" onClick={() => workspace.navigation.showTests()}>
          Test Connection
        </Button>
      </div>
    </section>
  );
}
