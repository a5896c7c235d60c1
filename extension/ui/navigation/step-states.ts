import type { Tone } from '../messages/tone.ts';

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
