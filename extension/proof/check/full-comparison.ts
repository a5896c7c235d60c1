import { signal } from '@preact/signals';
import { ENTITIES } from '../../../shared/contract/record-key.ts';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { type EntityProof, isSameSum, proveEntity, type Reader, Walk } from '../../../shared/proof/table-proof.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';
import { type State, type Step, UNCHECKED } from '../step.ts';

interface Options {
  reader(signal: AbortSignal): Reader;
  /** Whether each row's digest is kept, to be compared with a direct read. */
  keepDigests: boolean;
  /** Aborts when the connection is closed. */
  closed: AbortSignal;
}

/** One that was cancelled before it found anything has nothing to say. */
function judge(proofs: readonly EntityProof[], failure: Failure | null): State {
  if (proofs.some(({ state }) => state === 'differs')) return 'wrong';
  if (failure) return 'failed';
  if (proofs.length < ENTITIES.length) return 'unchecked';
  if (!proofs.every(({ state }) => state === 'proven')) return 'pending';
  // Where there was no row, nothing was compared.
  return rowsIn(proofs) > 0 ? 'passed' : 'unchecked';
}

/** Rows received, of all kinds. */
export const rowsIn = (proofs: readonly EntityProof[]): number =>
  proofs.reduce((sum, { received }) => sum + received.count, 0);

/**
 * The walk over every stored row, kind by kind. It may be cancelled or fail between two pages, and goes on from there: while
 * there is more to go over, the step keeps its progress.
 */
export function createFullComparison({ reader, keepDigests, closed }: Options) {
  const step = signal<Step<readonly EntityProof[]>>(UNCHECKED);
  let walks: Walk[] = [];
  let cancelling = new AbortController();
  const set = (found: Partial<Step<readonly EntityProof[]>>) => {
    step.value = { ...step.value, ...found };
  };
  const results = () => step.value.result ?? [];
  const advance = () => {
    const value = walks.reduce((sum, { received }) => sum + received.count + received.withheld, 0);
    set({ progress: { value, max: null } });
  };

  /** Goes on where the walks are. */
  async function run(): Promise<void> {
    cancelling = new AbortController();
    const signal = AbortSignal.any([cancelling.signal, closed]);
    const start = performance.now();
    const before = step.value.ms ?? 0;
    let failure: Failure | null = null;
    set({ state: 'running', failure });
    try {
      for (const walk of walks.slice(results().length)) {
        const proof = await proveEntity(walk, reader(signal), { signal, onProgress: advance });
        set({ result: [...results(), proof] });
      }
      set({ progress: null, at: Date.now() });
    } catch (error) {
      if (!signal.aborted) failure = asFailure(error);
    }
    set({ state: judge(results(), failure), failure, ms: before + Math.round(performance.now() - start) });
  }

  return {
    step,
    /** Those that have gone over every row: only they can be compared with a direct read. */
    wholeWalks: (): readonly Walk[] => walks.filter(({ isAtEnd }) => isAtEnd),
    /** What was proven counts while it is what is stored: a walk takes a while, and may have been left for long. */
    settle({ digests }: SyncReport): void {
      const settled = results().map((proof) => {
        const isOfNow = proof.stored !== null && isSameSum(proof.stored, digests[proof.entity]);
        return proof.state === 'proven' && !isOfNow ? { ...proof, state: 'pending' as const } : proof;
      });
      set({ result: settled, state: judge(settled, step.value.failure) });
    },
    /** Lets go of the digests of all rows. */
    release(): void {
      walks = [];
    },
    start(): Promise<void> {
      walks = ENTITIES.map((entity) => new Walk(entity, { keepDigests }));
      step.value = UNCHECKED;
      advance();
      return run();
    },
    resume: run,
    cancel: () => cancelling.abort(),
  };
}
