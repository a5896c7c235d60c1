import { type ReadonlySignal, signal } from '@preact/signals';
import { asFailure, type Failure } from '../platform/api/failure.ts';

/**
 * How one thing went that was to be compared.
 * - unchecked: it was not made, or there was nothing to compare
 * - pending: rows were written meanwhile
 * - wrong: something is not as it must be
 * - failed: it could not be made
 */
export type State = 'unchecked' | 'running' | 'passed' | 'pending' | 'wrong' | 'failed';

/** One thing that was looked at: what was found, and whether it is as it must be; null where it is only told. */
export interface Evidence {
  label: string;
  found: string;
  ok: boolean | null;
  /** Of the rows that `found` is about. */
  digest?: string;
}

/** One comparison of several. */
export interface Step<Result = unknown> {
  state: State;
  /** When it ended, in milliseconds since 1970, and how many milliseconds it took. */
  at: number | null;
  ms: number | null;
  /** `max` is null while nobody knows how much there is. */
  progress: { value: number; max: number | null } | null;
  failure: Failure | null;
  /** What it found when it was last made; null where it was not made or failed. */
  result: Result | null;
}

/** Before it is made for the first time. */
export const UNCHECKED: Step<never> = {
  state: 'unchecked',
  at: null,
  ms: null,
  progress: null,
  failure: null,
  result: null,
};

interface RunningStep<Result> {
  step: ReadonlySignal<Step<Result>>;
  /** Makes it, and notes how it went; a failure is noted, not thrown. */
  run(work: () => Promise<Result>): Promise<void>;
  advance(value: number, max: number | null): void;
  /** Forgets what it found: it is not known whether that is still so. */
  reset(): void;
}

/** @param judge what the comparison came to, by its result alone */
export function createStep<Result>(judge: (found: Result) => State): RunningStep<Result> {
  const step = signal<Step<Result>>(UNCHECKED);
  return {
    step,
    async run(work) {
      const start = performance.now();
      step.value = { ...UNCHECKED, state: 'running', result: step.value.result };
      const end = (found: Partial<Step<Result>>) => {
        step.value = { ...UNCHECKED, ...found, at: Date.now(), ms: Math.round(performance.now() - start) };
      };
      try {
        const result = await work();
        end({ state: judge(result), result });
      } catch (error) {
        end({ state: 'failed', failure: asFailure(error) });
      }
    },
    advance(value, max) {
      step.value = { ...step.value, progress: { value, max } };
    },
    reset() {
      step.value = UNCHECKED;
    },
  };
}
