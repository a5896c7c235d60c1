import { batch, computed, signal } from '@preact/signals';
import type { Change } from '../../shared/contract/changes.ts';
import type { Lead } from '../../shared/contract/lead.ts';
import type { StatsReply as Stats } from '../../shared/contract/stats.ts';
import type { Crm } from '../platform/api/crm.ts';
import { asFailure, type Failure } from '../platform/api/failure.ts';
import type { Live } from '../platform/workspace/live.ts';
import { createRecordList } from './list/record-list.ts';

/** Counting reads the whole table: while it changes, not more often than this. */
const RECOUNT_MS = 1_000;

/** Enough to answer whether anything is new. */
const NEWEST = 5;

/** The fields that a figure depends on. What else changes in a record changes no count. */
const COUNTED = ['status', 'source', 'createdAt', 'accountStatus', 'signupDate', 'total'];

const isCounted = ({ operation, fields }: Change) =>
  operation !== 'update' || COUNTED.some((name) => Object.hasOwn(fields, name));

/** The figures of the overview and of the filters, as Postgres counts them. */
export function createFigures({ crm, live }: { crm: Crm; live: Live }) {
  const newest = createRecordList<Lead, null>({
    live,
    kind: 'lead',
    filter: signal(null),
    async list(_, page, signal) {
      const { leads: rows, ...rest } = await crm.listLeads({ ...page, limit: NEWEST }, signal);
      return { rows, ...rest };
    },
    get: crm.getLead,
    stillMatches: () => true,
    isTold: () => true,
  });
  const stats = signal<Stats | null>(null);
  const countFailure = signal<Failure | null>(null);
  const failure = computed(() => countFailure.value ?? newest.failure.value);
  const days = signal(30);
  let lifetime = new AbortController().signal;
  let counting: Promise<void> | null = null;
  let isStale = false;

  async function count(): Promise<void> {
    try {
      const counted = await live.watch(() => crm.stats(days.value, lifetime));
      live.follow(counted.changesCursor);
      batch(() => {
        stats.value = counted;
        countFailure.value = null;
      });
    } catch (error) {
      if (!lifetime.aborted) countFailure.value = asFailure(error);
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
    /** The latest leads, whatever the list is narrowed to. */
    newest: computed(() => newest.rows.value.slice(0, NEWEST)),
    failure,
    days,
    recount,
    /** Reads again what failed. */
    retry: () => Promise.all([recount(), newest.failure.value && newest.load()]),
    showDays(count: number): Promise<void> {
      days.value = count;
      return recount();
    },
    start(signal: AbortSignal): Promise<unknown> {
      lifetime = signal;
      const again = (isAnew: boolean) => {
        if (isAnew || countFailure.value) void recount();
      };
      live.subscribe((changes) => void ((countFailure.value || changes.some(isCounted)) && recount()), again, signal);
      return Promise.all([recount(), newest.start(signal)]);
    },
  };
}
export type Figures = ReturnType<typeof createFigures>;
