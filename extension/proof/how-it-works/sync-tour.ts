import { batch, computed, signal } from '@preact/signals';
import { recordsIn, type SyncReport } from '../../../shared/contract/sync-report.ts';
import type { Api } from '../../platform/api/api.ts';
import { createCrm } from '../../platform/api/crm.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';
import { readStoredRows } from '../../platform/api/stored-rows.ts';
import { createSyncApi } from '../../platform/api/sync-api.ts';
import type { Live } from '../../platform/workspace/live.ts';
import type { LastCheck } from '../../platform/workspace/workspace.ts';
import { recordsSince } from './record-log.ts';

export const TOUR_STEPS = ['count', 'write', 'watch', 'verify'] as const;
export type TourStep = (typeof TOUR_STEPS)[number];

/** Rows that one request may ask for. */
const ROWS_A_REQUEST = 200;

export interface Counted {
  records: number;
  at: string;
  cursor: string;
  table: string;
  projectRef: string | null;
}

/** A record that was not there when the tour began. `text` is what Postgres stores, null where it is withheld. */
export interface AppearedRow {
  key: string;
  text: string | null;
}

interface Options {
  api: Api;
  live: Live;
  /** Runs the quick check. @returns what it found, null when it could not run */
  check: () => Promise<LastCheck | null>;
}

const countedBy = (report: SyncReport): Counted => ({
  records: recordsIn(report),
  at: report.checkedAt,
  cursor: report.changesCursor,
  table: report.database.table,
  projectRef: report.database.projectRef,
});

/** The 30-second challenge: count the rows, write some, see them in the table, compare. A step is done by a comparison only. */
export function createSyncTour({ api: unwatched, live, check }: Options) {
  const api = live.watched(unwatched);
  const crm = createCrm(api);
  const sync = createSyncApi(api);
  const before = signal<Counted | null>(null);
  const after = signal<Counted | null>(null);
  /** Records more than before, as the change log tells. */
  const logged = signal(0);
  const appeared = signal<readonly AppearedRow[]>([]);
  /** From the press of Seed Data until its rows were read back. */
  const elapsedMs = signal<number | null>(null);
  /** The demo data was there already, so that nothing was written. */
  const isSeeded = signal(false);
  /** Somebody has just looked for new rows, and there are none. */
  const isNothingNew = signal(false);
  const checked = signal<LastCheck | null>(null);
  const busy = signal<TourStep | 'remove' | null>(null);
  const failure = signal<Failure | null>(null);
  let lifetime = new AbortController();
  let pressedAt: number | null = null;
  let last = Promise.resolve();

  const difference = computed(() => (before.value && after.value ? after.value.records - before.value.records : null));
  const done = computed<Record<TourStep, boolean>>(() => ({
    count: before.value !== null,
    write: appeared.value.length > 0,
    watch: appeared.value.length > 0 && difference.value === logged.value,
    verify: checked.value?.state === 'synced',
  }));
  /** The first step that is not done; null when all are. */
  const step = computed(() => TOUR_STEPS.find((one) => !done.value[one]) ?? null);

  function clear(): void {
    batch(() => {
      before.value = after.value = null;
      appeared.value = [];
      logged.value = 0;
      elapsedMs.value = null;
      isSeeded.value = isNothingNew.value = false;
      checked.value = null;
      failure.value = null;
    });
    pressedAt = null;
  }

  async function readRows(keys: readonly string[], signal: AbortSignal): Promise<AppearedRow[]> {
    const rows: AppearedRow[] = [];
    for (let start = 0; start < keys.length; start += ROWS_A_REQUEST) {
      const reply = await readStoredRows(api, keys.slice(start, start + ROWS_A_REQUEST), signal);
      rows.push(...reply.rows, ...reply.withheld.map((key) => ({ key, text: null })));
    }
    return rows;
  }

  /** Reads what the change log names, and counts again. */
  async function look(signal: AbortSignal): Promise<void> {
    const from = before.value;
    if (!from) return;
    const { came, balance } = await recordsSince(crm, from.cursor, signal);
    if (came.length === 0 && appeared.value.length === 0) return;
    const rows = await readRows(came, signal);
    const counted = countedBy(await sync.report(signal));
    signal.throwIfAborted();
    batch(() => {
      isNothingNew.value = false;
      appeared.value = rows;
      logged.value = balance;
      after.value = counted;
      if (pressedAt !== null) elapsedMs.value ??= Math.round(performance.now() - pressedAt);
    });
  }

  /** Each piece of work after the one before it. A failure is shown and leaves every step as it was. */
  function inTurn(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = lifetime;
    const turn = async () => {
      if (signal.aborted) return;
      try {
        await work(signal);
        failure.value = null;
      } catch (error) {
        if (!signal.aborted) failure.value = asFailure(error);
      }
    };
    last = last.then(turn);
    return last;
  }

  /** What was pressed, unless it is being done already. */
  async function press(what: TourStep | 'remove', work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (busy.value) return;
    const { signal } = lifetime;
    busy.value = what;
    await inTurn(work);
    if (!signal.aborted) busy.value = null;
  }

  async function countNow(signal: AbortSignal): Promise<void> {
    const counted = countedBy(await sync.report(signal));
    signal.throwIfAborted();
    clear();
    before.value = counted;
  }

  return {
    ...{
      before,
      after,
      difference,
      logged,
      appeared,
      elapsedMs,
      isSeeded,
      isNothingNew,
      checked,
      busy,
      failure,
      done,
      step,
    },
    /** Counts the rows as they are before anything is written. */
    count: () => press('count', countNow),
    /** Adds the demo data. Where it is there already nothing is written, and `isSeeded` says so. */
    write: () =>
      press('write', async (signal) => {
        pressedAt = performance.now();
        isNothingNew.value = false;
        const { added } = await crm.addSeed();
        signal.throwIfAborted();
        isSeeded.value = added.leads + added.users + added.orders === 0;
        await look(signal);
      }),
    /** Removes the demo data, so that it can be added before one's eyes, and counts anew. */
    removeSeed: () =>
      press('remove', async (signal) => {
        await crm.removeSeed();
        await countNow(signal);
      }),
    /** Reads the log and counts once more. */
    look: () =>
      press('watch', async (signal) => {
        await look(signal);
        isNothingNew.value = appeared.value.length === 0;
      }),
    verify: () =>
      press('verify', async (signal) => {
        const found = await check();
        signal.throwIfAborted();
        checked.value = found;
      }),
    /** Follows the change feed from now on: a lead that a visitor sends is as good as the demo data. */
    follow(signal: AbortSignal): void {
      live.subscribe(
        () => {
          // What has been seen stays as it was seen.
          if (!done.value.watch) void inTurn(look);
        },
        () => undefined,
        signal,
      );
    },
    /** Forgets what was counted and ends what runs. */
    leave(): void {
      lifetime.abort();
      lifetime = new AbortController();
      busy.value = null;
      clear();
    },
  };
}
export type SyncTour = ReturnType<typeof createSyncTour>;
