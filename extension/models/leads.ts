// Long because paging, live changes and selection are one list and share its rows.
import { batch, computed, signal } from '@preact/signals';
import type { Change } from '../../shared/changes.ts';
import type { Lead } from '../../shared/lead.ts';
import { LEAD_ID } from '../../shared/lead.ts';
import { PAGE_LIMIT } from '../../shared/limits.ts';
import type { Crm, LeadsPage } from '../services/crm.ts';
import { asFailure, type Failure } from '../services/failure.ts';
import { lastLook } from '../services/storage.ts';
import { type LeadFilter, NO_FILTER, stillMatches, toQuery } from './lead-filter.ts';
import type { Live } from './live.ts';

/** More than a popup shows, less than would delay it; scrolling brings the rest in growing pages. */
const FIRST_PAGE = 20;
/** More single reads than this for one batch of changes cost more than reading the list again. */
const SINGLE_READS = 20;

/** Ids of the leads that a batch of changes touched; null when the whole table was emptied. */
export function changedLeads(changes: readonly Change[]): Set<string> | null {
  const ids = new Set<string>();
  for (const { key, operation } of changes) {
    if (operation === 'truncate') return null;
    const id = key.startsWith('lead:') ? key.slice(5) : '';
    if (LEAD_ID.test(id)) ids.add(id);
  }
  return ids;
}

/** The list of leads: newest first, read page by page, kept true while it is open. */
export function createLeads({ crm, live, connectionId }: { crm: Crm; live: Live; connectionId: string }) {
  const filter = signal<LeadFilter>(NO_FILTER);
  const rows = signal<readonly Lead[]>([]);
  const malformed = signal<LeadsPage['malformed']>([]);
  const nextCursor = signal<string | null>(null);
  /** `first`: the list is read from its beginning; `more`: the next page; null: at rest. */
  const loading = signal<'first' | 'more' | null>('first');
  const failure = signal<Failure | null>(null);
  /** By id, the `updatedAt` that the user saw last. A selection outlives a list that is read anew. */
  const selected = signal<ReadonlyMap<string, string | null>>(new Map());
  /** Whether leads changed in a way that only Postgres can match with the search. */
  const isStale = signal(false);
  /** Ids that came in while the list was open. */
  const arrived = signal<ReadonlySet<string>>(new Set());
  const seenUpTo = signal<string | null>(null);
  const opened = signal<ReadonlySet<string>>(new Set());
  let current = new AbortController();
  /** The query that the rows answer. */
  let answered = '';

  const page = (more: { cursor?: string; limit?: number }, signal: AbortSignal) =>
    live.watch(() => crm.listLeads({ ...toQuery(filter.value, new Date()), limit: FIRST_PAGE, ...more }, signal));

  /** One after the other: two at once could put an older answer over a newer one. */
  let turn: Promise<void> = Promise.resolve();
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  /** @param gone ids that were looked for and are not here any more */
  function show(next: readonly Lead[], gone: ReadonlySet<string> = new Set()): void {
    rows.value = next;
    if (selected.value.size === 0) return;
    const seen = new Map(next.map(({ id, updatedAt }) => [id, updatedAt ?? null]));
    const kept = [...selected.value].filter(([id]) => seen.has(id) || !gone.has(id));
    selected.value = new Map(kept.map(([id, version]) => [id, seen.get(id) ?? version]));
  }

  /** The ids with the version of each as it stands in the list. */
  function versions(ids: readonly string[]): Map<string, string | null> {
    const seen = new Map(rows.value.map(({ id, updatedAt }) => [id, updatedAt ?? null]));
    return new Map(ids.map((id) => [id, seen.get(id) ?? selected.value.get(id) ?? null]));
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

  /** Reads on; a page of rows that are no leads is not the end. */
  async function append(signal: AbortSignal): Promise<void> {
    for (let found = 0, before = ''; found === 0 && nextCursor.value !== null && nextCursor.value !== before; ) {
      before = nextCursor.value;
      // The further somebody scrolls, the larger the pages, up to what the API gives.
      const limit = Math.min(PAGE_LIMIT, Math.max(FIRST_PAGE, rows.value.length));
      const next = await page({ cursor: nextCursor.value, limit }, signal);
      const known = new Set(rows.value.map(({ id }) => id));
      found = next.leads.length;
      batch(() => {
        rows.value = [...rows.value, ...next.leads.filter(({ id }) => !known.has(id))];
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
        show(first.leads);
        malformed.value = first.malformed;
        nextCursor.value = first.nextCursor;
        failure.value = null;
        isStale.value = false;
        arrived.value = new Set();
        // With the rows, so that they are drawn once.
        if (first.leads.length > 0) loading.value = null;
      });
      if (first.leads.length === 0) await append(signal);
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
  async function readAgain(ids: string[], signal: AbortSignal): Promise<Map<string, Lead | null>> {
    const read = await Promise.all(
      ids.map(async (id): Promise<[string, Lead | null]> => {
        try {
          const lead = await live.watch(() => crm.getLead(id, signal));
          return [id, stillMatches(filter.value, lead) ? lead : null];
        } catch (error) {
          if (asFailure(error).code === 'not_found') return [id, null];
          throw error;
        }
      }),
    );
    return new Map(read);
  }

  async function apply(changes: readonly Change[], signal: AbortSignal): Promise<void> {
    const touched = changedLeads(changes);
    if (touched === null) selected.value = new Map();
    if (touched === null || failure.value) return readAnew(signal);
    if (touched.size === 0) return;
    const head = await page({}, signal);
    const before = rows.value;
    const known = new Set(before.map(({ id }) => id));
    const { nextCursor: oldest } = head;
    const isGap = oldest !== null && before.length > 0 && !head.leads.some(({ id }) => known.has(id));
    const isBelow = (id: string) => oldest !== null && id < oldest;
    const isLoaded = (id: string) => nextCursor.value === null || id >= nextCursor.value;
    // Only Postgres can tell whether a row that was not here before matches a search or a day.
    const isTold = filter.value.q.trim() === '' && filter.value.period === 'any';
    const below = [...touched].filter((id) => isBelow(id) && (known.has(id) || (isTold && isLoaded(id))));
    if (isGap || below.length > SINGLE_READS) return readAnew(signal);
    const again = await readAgain(below, signal);
    const fresh = [...again.values()].filter((lead) => lead !== null);
    const older = [...before.filter(({ id }) => isBelow(id) && !again.has(id)), ...fresh];
    if (fresh.length > 0) older.sort((left, right) => (left.id < right.id ? 1 : -1));
    // Not only what was told: the head may have one already that the feed tells next.
    const newest = before[0]?.id ?? '';
    const came = head.leads.map(({ id }) => id).filter((id) => id > newest);
    batch(() => {
      show([...head.leads, ...older], touched);
      if (!isTold && [...touched].some((id) => isBelow(id) && isLoaded(id) && !known.has(id))) isStale.value = true;
      malformed.value = [...head.malformed, ...malformed.value.filter(({ key }) => isBelow(key.slice(5)))];
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
        // A row that is no lead any more is named by the list; a list that is read anew shows all of it.
        const { code, kind } = asFailure(error);
        if (code === 'conflict' || kind === 'outdated') await readAnew(signal);
        else if (!signal.aborted) throw error;
      }
    });

  return {
    filter,
    rows,
    malformed,
    nextCursor,
    loading,
    failure,
    selected,
    isStale,
    arrived,
    load,
    loadMore,
    /** Leads that came since the user last had the list before them, and were not opened yet. */
    unseen: computed(() => {
      const last = seenUpTo.value;
      if (last === null) return new Set<string>();
      return new Set(rows.value.map(({ id }) => id).filter((id) => id > last && !opened.value.has(id)));
    }),
    setFilter(change: Partial<LeadFilter>): Promise<void> {
      const next = { ...filter.value, ...change };
      const isSame = JSON.stringify(toQuery(next, new Date())) === JSON.stringify(toQuery(filter.value, new Date()));
      filter.value = next;
      if (isSame) return Promise.resolve();
      selected.value = new Map();
      return load();
    },
    toggle(id: string): void {
      const next = new Map(selected.value);
      if (!next.delete(id)) next.set(id, versions([id]).get(id) ?? null);
      selected.value = next;
    },
    select(ids: readonly string[]): void {
      selected.value = versions(ids);
    },
    markOpened(id: string): void {
      opened.value = new Set([...opened.value, id]);
    },
    clearArrived(): void {
      arrived.value = new Set();
    },
    async start(signal: AbortSignal): Promise<void> {
      const again = (isAnew: boolean) => {
        if (isAnew || failure.value) void load();
      };
      live.subscribe(onChanges, again, signal);
      signal.addEventListener('abort', () => current.abort());
      const look = lastLook(connectionId);
      const loaded = load();
      const last = await look.getValue();
      seenUpTo.value = last;
      await loaded;
      const newest = rows.value[0]?.id;
      if (last === null) seenUpTo.value = newest ?? null;
      if (newest !== undefined && newest > (last ?? '')) await look.setValue(newest);
    },
  };
}
export type Leads = ReturnType<typeof createLeads>;
