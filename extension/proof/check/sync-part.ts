import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { asFailure, type Failure } from '../../platform/api/failure.ts';

/** How one part of a check went: how far it is, when it ended and how long it took, or why it could not be done. */
export interface Step {
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** When it ended, in milliseconds since 1970. */
  at: number | null;
  /** Milliseconds, once it has ended. */
  ms: number | null;
  /** `max` is null while nobody knows how much there is. */
  progress: { value: number; max: number | null } | null;
  failure: Failure | null;
}

const WAITING: Step = { state: 'waiting', at: null, ms: null, progress: null, failure: null };

export interface Part<Result> {
  step: ReadonlySignal<Step>;
  /** What it found when it was last made; null where it was not made or failed. */
  result: ReadonlySignal<Result | null>;
}

/** One part of a check. It is done in the same moment as its result is there. */
export function createPart<Result>() {
  const step = signal<Step>(WAITING);
  const result = signal<Result | null>(null);

  return {
    step,
    result,
    /** Makes it, and notes how it went; a failure is noted, not thrown. */
    async run(work: () => Promise<Result>): Promise<void> {
      const start = performance.now();
      step.value = { ...WAITING, state: 'running' };
      const end = (state: 'done' | 'failed', found: Result | null, failure: Failure | null) =>
        batch(() => {
          result.value = found;
          step.value = { ...WAITING, state, at: Date.now(), ms: Math.round(performance.now() - start), failure };
        });
      try {
        end('done', await work(), null);
      } catch (error) {
        end('failed', null, asFailure(error));
      }
    },
    /** Notes how far it is. */
    advance(value: number, max: number | null): void {
      step.value = { ...step.value, progress: { value, max } };
    },
    /** Forgets what it found: it is not known whether that is still so. */
    reset(): void {
      batch(() => {
        step.value = WAITING;
        result.value = null;
      });
    },
  };
}
