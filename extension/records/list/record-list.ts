import { batch, type Signal, signal } from '@preact/signals';
import type { Change } from '../../../shared/contract/changes.ts';
import { PAGE_LIMIT } from '../../../shared/contract/limits.ts';
import { isChangeOf } from '../../../shared/proof/has-changed.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';
import { isKnownTo, type Live, type RecordKind } from '../../platform/workspace/live.ts';

/** More than a popup shows, less than would delay it; scrolling brings the rest in growing pages. */
const FIRST_PAGE = 20;
/** More single reads than this for one batch of changes cost more than reading the list again. */
const SINGLE_READS = 20;

/** Ids of the records that a batch of changes touched; null when the whole table was emptied. */
function changedIds(changes: readonly Change[], kind: RecordKind): Set<string> | null {
  const ids = new Set<string>();
  for (const change of changes) {
    if (!isChangeOf(change, `${kind}s`)) continue;
    if (change.operation === 'truncate') return null;
    ids.add(change.key.slice(kind.length + 1));
  }
  return ids;
}

export interface RecordPage<Row> {
  rows: readonly Row[];
  malformed: readonly { key: string; problem: string }[];
  nextCursor: string | null;
  changesCursor: string;
}

interface Options<Row, Filter> {
  live: Live;
  kind: RecordKind;
  filter: Signal<Filter>;
  list(filter: Filter, page: { cursor?: string; limit: number }, signal: AbortSignal): Promise<RecordPage<Row>>;
  get(id: string, signal: AbortSignal): Promise<Row>;
  /** Whether a row that has just changed still belongs in the list, as far as that can be told without Postgres. */
  stillMatches(filter: Filter, row: Row): boolean;
  /** Whether `stillMatches` tells all: only Postgres knows whether a row that was not here before matches a search. */
  isTold(filter: Filter): boolean;
  /** Hears of the rows as they are shown, in the same batch; `gone` are those that were looked for and are not here any more. */
  onShow?(rows: readonly Row[], gone: ReadonlySet<string>): void;
  /** Hears that the whole table was emptied. */
  onEmptied?(): void;
}

/** A list of records: newest first, read page by page, kept true while it is open. */
export function createRecordList<Row extends { id: string }, Filter>(options: Options<Row, Filter>) {
  const { live, kind, filter, list, get, stillMatches, isTold, onShow, onEmptied } = options;
  const rows = signal<readonly Row[]>([]);
  const malformed = signal<RecordPage<Row>['malformed']>([]);
  const nextCursor = signal<string | null>(null);
  /** `first`: the list is read from its beginning; `more`: the next page; null: at rest. */
  const loading = signal<'first' | 'more' | null>('first');
  const failure = signal<Failure | null>(null);
  /** Whether records changed in a way that only Postgres can match with the search. */
  const isStale = signal(false);
  /** Ids that came in while the list was open, and stand above what has been in view since. */
  const arrived = signal<ReadonlySet<string>>(new Set());
  let current = new AbortController();
  /** The query that the rows answer. */
  let answered = '';

  const page = (more: { cursor?: string; limit?: number }, signal: AbortSignal) =>
    live.watch(() => list(filter.value, { limit: FIRST_PAGE, ...more }, signal));

  /** One after the other: two at once could put an older answer over a newer one. */
  let turn: Promise<void> = Promise.resolve();
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  function show(next: readonly Row[], gone: ReadonlySet<string> = new Set()): void {
    rows.value = next;
    onShow?.(next, gone);
  }

  /** Runs what reads the list; its failure stands where the rows would. */
  async function reading(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
      if (!signal.aborted) loading.value = null;
    } catch (error) {
      if (signal.aborted) return;
      batch(() => {
        failure.value = asFailure(error);
        loading.value = null;
      });
    }
  }

  /** Reads on; a page of rows that are no records is not the end. */
  async function append(signal: AbortSignal): Promise<void> {
    for (let found = 0, before = ''; found === 0 && nextCursor.value !== null && nextCursor.value !== before; ) {
      before = nextCursor.value;
      // The further somebody scrolls, the larger the pages, up to what the API gives.
      const limit = Math.min(PAGE_LIMIT, Math.max(FIRST_PAGE, rows.value.length));
      const next = await page({ cursor: nextCursor.value, limit }, signal);
      const known = new Set(rows.value.map(({ id }) => id));
      found = next.rows.length;
      batch(() => {
        rows.value = [...rows.value, ...next.rows.filter(({ id }) => !known.has(id))];
        malformed.value = [...malformed.value, ...next.malformed];
        nextCursor.value = next.nextCursor;
      });
    }
  }

  async function readAnew(signal: AbortSignal): Promise<void> {
    const asked = JSON.stringify(filter.value);
    await reading(async () => {
      const first = await page({}, signal);
      live.follow(first.changesCursor);
      answered = asked;
      batch(() => {
        show(first.rows);
        malformed.value = first.malformed;
        nextCursor.value = first.nextCursor;
        failure.value = null;
        isStale.value = false;
        arrived.value = new Set();
        // With the rows, so that they are drawn once.
        if (first.rows.length > 0) loading.value = null;
      });
      if (first.rows.length === 0) await append(signal);
    }, signal);
    // Rows of another filter would be a wrong answer to this one.
    if (!signal.aborted && failure.value && asked !== answered) show([]);
  }

  function load(): Promise<void> {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    loading.value = 'first';
    return inTurn(() => readAnew(signal));
  }

  async function loadMore(): Promise<void> {
    if (loading.value !== null || nextCursor.value === null || failure.value) return;
    loading.value = 'more';
    const { signal } = current;
    await inTurn(() => (signal.aborted ? Promise.resolve() : reading(() => append(signal), signal)));
  }

  /** Reads single rows again; null for those that are gone or do not belong here any more. */
  async function readAgain(ids: string[], signal: AbortSignal): Promise<Map<string, Row | null>> {
    const read = await Promise.all(
      ids.map(async (id): Promise<[string, Row | null]> => {
        try {
          const row = await live.watch(() => get(id, signal));
          return [id, stillMatches(filter.value, row) ? row : null];
        } catch (error) {
          if (asFailure(error).code === 'not_found') return [id, null];
          throw error;
        }
      }),
    );
    return new Map(read);
  }

  async function apply(changes: readonly Change[], signal: AbortSignal): Promise<void> {
    const held = new Map(rows.value.map((row) => [`${kind}:${row.id}`, row]));
    const touched = changedIds(
      changes.filter((change) => !isKnownTo(held.get(change.key), change)),
      kind,
    );
    if (touched === null) onEmptied?.();
    if (touched === null || failure.value) return readAnew(signal);
    if (touched.size === 0) return;
    const head = await page({}, signal);
    const before = rows.value;
    const known = new Set(before.map(({ id }) => id));
    const { nextCursor: oldest } = head;
    const isGap = oldest !== null && before.length > 0 && !head.rows.some(({ id }) => known.has(id));
    const isBelow = (id: string) => oldest !== null && id < oldest;
    const isLoaded = (id: string) => nextCursor.value === null || id >= nextCursor.value;
    const takesIn = isTold(filter.value);
    const below = [...touched].filter((id) => isBelow(id) && (known.has(id) || (takesIn && isLoaded(id))));
    if (isGap || below.length > SINGLE_READS) return readAnew(signal);
    const again = await readAgain(below, signal);
    const fresh = [...again.values()].filter((row) => row !== null);
    const older = [...before.filter(({ id }) => isBelow(id) && !again.has(id)), ...fresh];
    if (fresh.length > 0) older.sort((left, right) => (left.id < right.id ? 1 : -1));
    // Not only what was told: the head may have one already that the feed tells next.
    const newest = before[0]?.id ?? '';
    const came = head.rows.map(({ id }) => id).filter((id) => id > newest);
    batch(() => {
      show([...head.rows, ...older], touched);
      if (!takesIn && [...touched].some((id) => isBelow(id) && isLoaded(id) && !known.has(id))) isStale.value = true;
      const others = malformed.value.filter(({ key }) => isBelow(key.slice(kind.length + 1)));
      malformed.value = [...head.malformed, ...others];
      if (older.length === 0) nextCursor.value = oldest;
      if (came.length > 0) arrived.value = new Set([...arrived.value, ...came]);
    });
  }

  const onChanges = (changes: readonly Change[]) =>
    inTurn(async () => {
      const { signal } = current;
      try {
        await apply(changes, signal);
      } catch (error) {
        // A row that is no record any more is named by the list; a list that is read anew shows all of it.
        const { code, kind: trouble } = asFailure(error);
        if (code === 'conflict' || trouble === 'outdated') await readAnew(signal);
        else if (!signal.aborted) throw error;
      }
    });

  /** Shows a row as another part of the view has just read it. What only Postgres can match with the search waits for it. */
  function takeOver(read: Row): void {
    const { value: before } = rows;
    if (!isTold(filter.value) || !before.some(({ id }) => id === read.id)) return;
    const isIn = stillMatches(filter.value, read);
    const next = before.flatMap((row) => (row.id !== read.id ? row : isIn ? read : []));
    batch(() => show(next, isIn ? undefined : new Set([read.id])));
  }

  return {
    rows,
    malformed,
    nextCursor,
    loading,
    failure,
    isStale,
    arrived,
    load,
    loadMore,
    /** Hears that the rows from this one on are in view or below it: only those above can be news, as long as they are stored. */
    seeFrom(first: number): void {
      if (arrived.value.size === 0) return;
      const above = rows.value.slice(0, first).map(({ id }) => id);
      const left = above.filter((id) => arrived.value.has(id));
      if (left.length < arrived.value.size) arrived.value = new Set(left);
    },
    start(signal: AbortSignal): Promise<void> {
      const again = (isAnew: boolean) => {
        if (isAnew || failure.value) void load();
      };
      live.subscribe(onChanges, again, signal);
      live.onShared((shared, row) => shared === kind && takeOver(row as unknown as Row), signal);
      signal.addEventListener('abort', () => current.abort());
      return load();
    },
  };
}
export type RecordList<Row extends { id: string }> = ReturnType<typeof createRecordList<Row, unknown>>;
