import type { TargetedKeyboardEvent } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { Tone } from '../messages/Badge.tsx';
import { isRtl, rovingTarget } from './roving.ts';

type StepState = 'done' | 'current' | 'ahead';

/** Ends like "lost" lie beside the way: nobody went through the steps before them. */
const isOnTheWay = ({ tone }: { tone?: Tone | undefined }) => tone !== 'danger' && tone !== 'neutral';

/** What each step is, seen from the current one. */
export function stepStates(steps: readonly { value: string; tone?: Tone | undefined }[], current: string): StepState[] {
  const at = steps.findIndex(({ value }) => value === current);
  const here = steps[at];
  return steps.map((step, index) => {
    if (index === at) return 'current';
    return here && index < at && isOnTheWay(here) && isOnTheWay(step) ? 'done' : 'ahead';
  });
}

interface Props {
  label: string;
  /** In their order. One with the tone "danger" or "neutral" is no step on the way, but its other end. */
  steps: readonly { value: string; label: string; tone?: Tone | undefined }[];
  current: string;
  onSelect(value: string): void;
  disabled?: boolean | undefined;
  /** The step that is being taken right now. */
  busyValue?: string | undefined;
}

const MARKS = { done: 'circleCheck', current: 'circle', ahead: 'circle' } as const;

/**
 * How far a thing is, and the way to move it. Arrows move the focus only: taking a step is written down, so it needs
 * Enter, Space or a click. Works where `current` is none of the steps.
 */
export function Steps({ label, steps, current, onSelect, disabled = false, busyValue }: Props) {
  const states = stepStates(steps, current);
  const stop = Math.max(0, states.indexOf('current'));
  const still = disabled || busyValue !== undefined;

  const move = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const all = [...event.currentTarget.querySelectorAll('button')];
    const at = { count: all.length, current: all.indexOf(document.activeElement as HTMLButtonElement) };
    const target =
      rovingTarget(event.key, { ...at, rtl: isRtl(event.currentTarget) }) ??
      rovingTarget(event.key, { ...at, vertical: true });
    if (target === null) return;
    event.preventDefault();
    event.stopPropagation();
    all[target]?.focus();
  };

  return (
    <div class="steps" role="radiogroup" aria-label={label} aria-busy={busyValue !== undefined} onKeyDown={move}>
      {steps.map(({ value, label: name, tone }, index) => {
        const state = states[index] ?? 'ahead';
        const isEnd = tone === 'danger' || tone === 'neutral';
        return (
          // biome-ignore lint/a11y/useSemanticElements: a native radio is taken by an arrow key already.
          <button
            key={value}
            type="button"
            class="step"
            role="radio"
            aria-checked={state === 'current'}
            aria-disabled={still || undefined}
            tabIndex={index === stop ? 0 : -1}
            data-state={state}
            data-tone={isEnd ? 'end' : tone}
            data-busy={value === busyValue ? '' : undefined}
            onClick={() => {
              if (!still && state !== 'current') onSelect(value);
            }}
          >
            <span class="step-mark">
              <Icon name={isEnd ? 'circleX' : MARKS[state]} />
            </span>
            {name}
          </button>
        );
      })}
    </div>
  );
}
