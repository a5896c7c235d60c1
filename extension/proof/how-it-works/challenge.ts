import { computed, signal } from '@preact/signals';
import { RECORD_KEY } from '../../../shared/contract/record-key.ts';
import { recordsIn } from '../../../shared/contract/sync-report.ts';
import { changesSince } from '../../../shared/proof/has-changed.ts';
import { inParts } from '../../../shared/proof/table-proof.ts';
import type { Api } from '../../platform/api/api.ts';
import { createCrm } from '../../platform/api/crm.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';
import { readStoredRows } from '../../platform/api/stored-rows.ts';
import { createSyncApi } from '../../platform/api/sync-api.ts';
import type { Live } from '../../platform/workspace/live.ts';
import type { LastCheck } from '../../platform/workspace/workspace.ts';

export const CHALLENGE_STEPS = ['count', 'write', 'watch', 'verify'] as const;
export type ChallengeStep = (typeof CHALLENGE_STEPS)[number];

/** Keys of records, the rows that a report counts; the table has rows derived from them besides. */
const RECORD = new RegExp(
  Object.values(RECORD_KEY)
    .map(({ source }) => source)
    .join('|'),
);

/** The count of a report as SQL, for whoever would rather ask the database than us. */
export const countQuery = (table: string): string => `select count(*) from ${table} where key ~ '${RECORD.source}';`;

/** What was seen since the challenge began. */
interface Seen {
  /** The rows as they were counted before anything was written, and after. */
  before: { records: number; at: string; cursor: string; table: string } | null;
  after: { records: number } | null;
  /** Records that were not there before. `text` is what Postgres stores, null where it is withheld. */
  appeared: readonly { key: string; text: string | null }[];
  /** Records more than before, as the change log tells. */
  logged: number;
  /** From the press of Seed Data until its rows were read back. */
  elapsedMs: number | null;
  /** The demo data was there already, so that nothing was written. */
  isSeeded: boolean;
  /** Somebody has just looked for new rows, and there are none. */
  isNothingNew: boolean;
  checked: LastCheck | null;
}

const NOTHING: Seen = {
  ...{ before: null, after: null, appeared: [], logged: 0, elapsedMs: null },
  ...{ isSeeded: false, isNothingNew: false, checked: null },
};

interface Options {
  api: Api;
  live: Live;
  /** Runs the quick check. @returns what it found, null when it could not run */
  check: () => Promise<LastCheck | null>;
}

/** The 30-second challenge: count the rows, write some, see them in the table, compare. A step is done by a comparison only. */
export function createChallenge({ api: unwatched, live, check }: Options) {
  const api = live.watched(unwatched);
  const crm = createCrm(api);
  const sync = createSyncApi(api);
  const seen = signal<Seen>(NOTHING);
  const busy = signal<ChallengeStep | 'remove' | null>(null);
  const failure = signal<Failure | null>(null);
  let lifetime = new AbortController();
  let pressedAt: number | null = null;
  let last = Promise.resolve();

  const done = computed<Record<ChallengeStep, boolean>>(() => {
    const { before, after, appeared, logged, checked } = seen.value;
    const isEqual = before !== null && after !== null && after.records - before.records === logged;
    const isWritten = appeared.length > 0;
    return {
      ...{ count: before !== null, write: isWritten, watch: isWritten && isEqual },
      verify: checked?.state === 'synced',
    };
  });

  /** Notes what was seen, unless the challenge was left meanwhile. */
  function note(found: Partial<Seen>, signal: AbortSignal): void {
    signal.throwIfAborted();
    seen.value = { ...seen.value, ...found };
  }

  async function count(signal: AbortSignal): Promise<void> {
    const report = await sync.report(signal);
    const { checkedAt: at, changesCursor: cursor, database } = report;
    note({ ...NOTHING, before: { records: recordsIn(report), at, cursor, table: database.table } }, signal);
    pressedAt = null;
  }

  /** Reads what the change log names, and counts again. */
  async function look(signal: AbortSignal): Promise<void> {
    const { before, appeared, elapsedMs } = seen.value;
    if (!before) return;
    const came = new Set<string>();
    let logged = 0;
    for await (const changes of changesSince(before.cursor, (after) => crm.listChanges(after, signal))) {
      for (const { key, operation } of changes) {
        if (!RECORD.test(key) || operation === 'update') continue;
        logged += operation === 'insert' ? 1 : -1;
        if (operation === 'insert') came.add(key);
        else came.delete(key);
      }
    }
    if (came.size === 0 && appeared.length === 0) return;
    const rows: Seen['appeared'][number][] = [];
    for (const keys of inParts([...came])) {
      const reply = await readStoredRows(api, keys, signal);
      rows.push(...reply.rows, ...reply.withheld.map((key) => ({ key, text: null })));
    }
    const after = { records: recordsIn(await sync.report(signal)) };
    const since = pressedAt === null ? null : Math.round(performance.now() - pressedAt);
    note({ after, appeared: rows, logged, isNothingNew: false, elapsedMs: elapsedMs ?? since }, signal);
  }

  /** Each piece of work after the one before it. A failure is shown and leaves every step as it was. */
  function inTurn(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = lifetime;
    last = last.then(async () => {
      try {
        if (signal.aborted) return;
        await work(signal);
        failure.value = null;
      } catch (error) {
        if (!signal.aborted) failure.value = asFailure(error);
      }
    });
    return last;
  }

  /** What was pressed, unless something is being done already. */
  const press = (what: ChallengeStep | 'remove', work: (signal: AbortSignal) => Promise<void>) => async () => {
    if (busy.value) return;
    const { signal } = lifetime;
    busy.value = what;
    await inTurn(work);
    if (!signal.aborted) busy.value = null;
  };

  return {
    seen,
    busy,
    failure,
    done,
    /** The first step that is not done; null when all are. */
    step: computed(() => CHALLENGE_STEPS.find((one) => !done.value[one]) ?? null),
    /** Counts the rows as they are before anything is written. */
    count: press('count', count),
    /** Adds the demo data. Where it is there already nothing is written, and `isSeeded` says so. */
    write: press('write', async (signal) => {
      pressedAt = performance.now();
      note({ isNothingNew: false }, signal);
      const { added } = await crm.addSeed();
      note({ isSeeded: added.leads + added.users + added.orders === 0 }, signal);
      await look(signal);
    }),
    /** Removes the demo data, so that it can be added before one's eyes, and counts anew. */
    removeSeed: press('remove', async (signal) => {
      await crm.removeSeed();
      await count(signal);
    }),
    /** Reads the log and counts once more. */
    look: press('watch', async (signal) => {
      await look(signal);
      note({ isNothingNew: seen.value.appeared.length === 0 }, signal);
    }),
    verify: press('verify', async (signal) => note({ checked: await check() }, signal)),
    /** Follows the change feed from now on: a lead that a visitor sends is as good as the demo data. */
    follow(signal: AbortSignal): void {
      // What has been seen stays as it was seen.
      const listen = () => void (done.value.watch || inTurn(look));
      live.subscribe(listen, () => undefined, signal);
    },
    /** Forgets what was counted and ends what runs. */
    leave(): void {
      lifetime.abort();
      lifetime = new AbortController();
      busy.value = failure.value = null;
      seen.value = NOTHING;
      pressedAt = null;
    },
  };
}
export type Challenge = ReturnType<typeof createChallenge>;
