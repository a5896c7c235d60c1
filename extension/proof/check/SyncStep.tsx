import type { ComponentChildren } from 'preact';
import { Disclosure } from '../../ui/content/Disclosure.tsx';
import { formatNumber } from '../../ui/content/number-format.ts';
import { formatClock } from '../../ui/content/time-format.ts';
import { Icon } from '../../ui/icons/Icon.tsx';
import { Progress } from '../../ui/messages/Progress.tsx';
import type { Step } from './sync-part.ts';
import type { Outcome } from './sync-verdict.ts';

interface Props {
  name: string;
  step: Step;
  outcome: Outcome;
  /** Whether what was found says nothing of now any more. */
  isOutdated: boolean;
  /** What came of it, in a few words. */
  result: ComponentChildren;
  /** What it was concluded from; folded away unless `open`. */
  evidence?: ComponentChildren;
  open?: boolean;
}

const SIGNS = {
  unchecked: { icon: 'circle', tone: 'neutral', word: 'Not checked' },
  running: { icon: 'refresh', tone: 'neutral', word: 'Checking' },
  failed: { icon: 'alert', tone: 'warning', word: 'Not checked' },
  pending: { icon: 'clock', tone: 'info', word: 'Pending' },
  agrees: { icon: 'circleCheck', tone: 'good', word: 'In order' },
  differs: { icon: 'circleX', tone: 'danger', word: 'Not in order' },
  outdated: { icon: 'clock', tone: 'neutral', word: 'In order when it was checked' },
} as const;

function signOf({ step, outcome, isOutdated }: Pick<Props, 'step' | 'outcome' | 'isOutdated'>) {
  if (step.state === 'running') return SIGNS.running;
  return SIGNS[outcome === 'agrees' && isOutdated ? 'outdated' : outcome];
}

/** One part of the check, with its own progress, time and evidence. */
export function SyncStep({ name, step, outcome, isOutdated, result, evidence, open = false }: Props) {
  const { state, at, ms, progress, failure } = step;
  const { icon, tone, word } = signOf({ step, outcome, isOutdated });
  return (
    <li class="sync-step" data-tone={tone} data-state={state}>
      <span class="sync-step-sign">
        <Icon name={icon} />
        <span class="visually-hidden">{word}:</span>
      </span>
      <div class="stack-tight grow">
        <div class="row spread nowrap">
          <h3>{name}</h3>
          <span class="caption">{at !== null && ms !== null && `${formatClock(at)} · ${formatNumber(ms)} ms`}</span>
        </div>
        {state === 'waiting' && <p class="secondary">Not checked</p>}
        {state === 'running' && progress && (
          <Progress label="Records compared" value={progress.value} max={progress.max} />
        )}
        {state === 'running' && !progress && <p class="secondary">Checking</p>}
        {state === 'failed' && <p class="secondary">Not checked: {failure?.message}</p>}
        {state === 'done' && <p class="secondary">{result}</p>}
        {state === 'done' && evidence && (
          <Disclosure summary="Evidence" open={open}>
            {evidence}
          </Disclosure>
        )}
      </div>
    </li>
  );
}
