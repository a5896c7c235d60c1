import { batch, signal } from '@preact/signals';
import type { Lead } from '../../shared/contract/lead.ts';
import type { StatsReply as Stats } from '../../shared/contract/stats.ts';
import type { Crm } from '../platform/api/crm.ts';
import { asFailure, type Failure } from '../platform/api/failure.ts';
import type { Live } from '../platform/workspace/live.ts';

/** Counting reads the whole table: while it changes, not more often than this. */
const RECOUNT_MS = 1_000;

/** Enough to answer whether anything is new. */
const NEWEST = 5;

/** The figures of the overview and of the filters, as Postgres counts them. */
export function createFigures({ crm, live }: { crm: Crm; live: Live }) {
  /** The latest leads, whatever the list is narrowed to. */
  const newest = signal<readonly Lead[]>([]);
  const stats = signal<Stats | null>(null);
  const failure = signal<Failure | null>(null);
  const days = signal(30);
  let lifetime = new AbortController().signal;
  let counting: Promise<void> | null = null;
  let isStale = false;

  async function count(): Promise<void> {
    try {
      const [counted, latest] = await Promise.all([
        live.watch(() => crm.stats(days.value, lifetime)),
        live.watch(() => crm.listLeads({ limit: NEWEST }, lifetime)),
      ]);
      live.follow(counted.changesCursor);
      batch(() => {
        stats.value = counted;
        newest.value = latest.leads;
        failure.value = null;
      });
    } catch (error) {
      if (!lifetime.aborted) failure.value = asFailure(error);
    }
  }

  /** Counts now, or once more after the count that runs. */
  function recount(): Promise<void> {
    if (counting) {
      isStale = true;
      return counting;
    }
    counting = count().finally(async () => {
      counting = null;
      if (!isStale || lifetime.aborted) return;
      isStale = false;
      setTimeout(() => !lifetime.aborted && void recount(), RECOUNT_MS);
    });
    return counting;
  }

  return {
    stats,
    newest,
    failure,
    days,
    recount,
    showDays(count: number): Promise<void> {
      days.value = count;
      return recount();
    },
    start(signal: AbortSignal): Promise<void> {
      lifetime = signal;
      const again = (isAnew: boolean) => {
        if (isAnew || failure.value) void recount();
      };
      live.subscribe(() => void recount(), again, signal);
      return recount();
    },
  };
}
export type Figures = ReturnType<typeof createFigures>;
