import { batch, computed, signal } from '@preact/signals';
import { ENTITIES, type SyncReport } from '../../../shared/contract/sync-report.ts';
import { type EntityProof, isSameSum, proveEntity, type Reader, Walk } from '../../../shared/proof/table-proof.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';

interface Options {
  reader(signal: AbortSignal): Reader;
  /** Whether each row's digest is kept for another witness. */
  keepDigests: boolean;
  /** Aborts when the connection is closed. */
  closed: AbortSignal;
}

/**
 * The walk over every stored row, kind by kind. It may be cancelled or fail between two pages, and goes on from there.
 * - stopped: cancelled by the user, or interrupted by a failure
 */
export function createFullProof({ reader, keepDigests, closed }: Options) {
  const state = signal<'idle' | 'running' | 'stopped' | 'done'>('idle');
  const results = signal<readonly EntityProof[]>([]);
  const failure = signal<Failure | null>(null);
  /** Rows gone over, by kind; a kind that was not begun has none. */
  const walked = signal<readonly { done: number; total: number }[]>([]);
  const ms = signal(0);
  const at = signal<number | null>(null);
  let walks: Walk[] = [];
  let cancelling = new AbortController();

  const note = () => {
    walked.value = walks.map(({ received, total }) => ({ done: received.count + received.withheld, total }));
  };

  /** Goes on where the walks are. */
  async function run(): Promise<void> {
    cancelling = new AbortController();
    const signal = AbortSignal.any([cancelling.signal, closed]);
    const start = performance.now();
    const before = ms.value;
    batch(() => {
      state.value = 'running';
      failure.value = null;
    });
    try {
      for (const walk of walks.slice(results.value.length)) {
        const proof = await proveEntity(walk, reader(signal), { signal, onProgress: note });
        results.value = [...results.value, proof];
      }
      state.value = 'done';
      at.value = Date.now();
    } catch (error) {
      state.value = 'stopped';
      if (!signal.aborted) failure.value = asFailure(error);
    } finally {
      ms.value = before + Math.round(performance.now() - start);
    }
  }

  return {
    state,
    results,
    failure,
    ms,
    /** When it ended, in milliseconds since 1970. */
    at,
    done: computed(() => walked.value.reduce((sum, { done }) => sum + done, 0)),
    /** Those that have gone over every row: only they can be compared with another witness. */
    wholeWalks: (): readonly Walk[] => walks.filter(({ isAtEnd }) => isAtEnd),
    /** What was proven counts while it is what is stored: a walk takes a while, and may have been left for long. */
    settle({ digests }: SyncReport): void {
      results.value = results.value.map((proof) => {
        const isOfNow = proof.stored !== null && isSameSum(proof.stored, digests[proof.entity]);
        return proof.state === 'proven' && !isOfNow ? { ...proof, state: 'pending' } : proof;
      });
    },
    /** Lets go of the digests of all rows. */
    release(): void {
      walks = [];
    },
    rows: computed(() => results.value.reduce((sum, { received }) => sum + received.count, 0)),
    start(): Promise<void> {
      walks = ENTITIES.map((entity) => new Walk(entity, { keepDigests }));
      batch(() => {
        results.value = [];
        ms.value = 0;
        at.value = null;
        note();
      });
      return run();
    },
    resume: run,
    cancel: () => cancelling.abort(),
  };
}
