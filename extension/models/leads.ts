// Long because paging, live changes and selection are one list and share its rows.
import { batch, computed, signal } from '@preact/signals';
import type { Change } from '../../shared/changes.ts';
import type { Lead } from '../../shared/lead.ts';
import { LEAD_ID } from '../../shared/lead.ts';
import { PAGE_DEFAULT, PAGE_LIMIT } from '../../shared/limits.ts';
import type { Crm, LeadsPage } from '../services/crm.ts';
import { asFailure, type Failure } from '../services/failure.ts';
import { lastLook } from '../services/storage.ts';
import { type LeadFilter, NO_FILTER, stillMatches, toQuery } from './lead-filter.ts';
import type { Live } from './live.ts';

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
  /** `first`: nothing to show yet; `more`: the next page; null: at rest. */
  const loading = signal<'first' | 'more' | null>('first');
  const failure = signal<Failure | null>(null);
  const selected = signal<ReadonlySet<string>>(new Set());
  /** Ids that came in while the list was open. */
  const arrived = signal<ReadonlySet<string>>(new Set());
  const seenUpTo = signal<string | null>(null);
  const opened = signal<ReadonlySet<string>>(new Set());
  let current = new AbortController();

  const page = (more: { cursor?: string; limit?: number }, signal: AbortSignal) =>
    live.watch(() => crm.listLeads({ ...toQuery(filter.value, new Date()), limit: PAGE_DEFAULT, ...more }, signal));

  async function load(): Promise<void> {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    if (rows.value.length === 0 || failure.value) loading.value = 'first';
    try {
      const first = await page({}, signal);
      live.follow(first.changesCursor);
      batch(() => {
        rows.value = first.leads;
        malformed.value = first.malformed;
        nextCursor.value = first.nextCursor;
        failure.value = null;
        loading.value = null;
        arrived.value = new Set();
      });
    } catch (error) {
      if (signal.aborted) return;
      batch(() => {
        failure.value = asFailure(error);
        loading.value = null;
      });
    }
  }

  async function loadMore(): Promise<void> {
    const cursor = nextCursor.value;
    if (loading.value !== null || cursor === null || failure.value) return;
    loading.value = 'more';
    const { signal } = current;
    try {
      // The further somebody scrolls, the larger the pages, up to what the API gives.
      const next = await page({ cursor, limit: Math.min(PAGE_LIMIT, rows.value.length) }, signal);
      const known = new Set(rows.value.map(({ id }) => id));
      batch(() => {
        rows.value = [...rows.value, ...next.leads.filter(({ id }) => !known.has(id))];
        malformed.value = [...malformed.value, ...next.malformed];
        nextCursor.value = next.nextCursor;
        loading.value = null;
      });
    } catch (error) {
      if (signal.aborted) return;
      batch(() => {
        failure.value = asFailure(error);
        loading.value = null;
      });
    }
  }

  /** Reads single rows again; null for those that are gone or do not belong here any more. */
  async function readAgain(ids: string[], signal: AbortSignal): Promise<Map<string, Lead | null>> {
    const read = await Promise.all(
      ids.map(async (id): Promise<[string, Lead | null]> => {
        try {
          const lead = await live.watch(() => crm.getLead(id, signal));
          return [id, stillMatches(filter.value, lead) ? lead : null];
        } catch (error) {
          const { code } = asFailure(error);
          if (code === 'not_found' || code === 'conflict') return [id, null];
          throw error;
        }
      }),
    );
    return new Map(read);
  }

  async function apply(changes: readonly Change[]): Promise<void> {
    const touched = changedLeads(changes);
    if (touched === null) return load();
    if (touched.size === 0 || loading.value === 'first') return;
    const { signal } = current;
    const head = await page({}, signal);
    const oldest = head.leads.at(-1)?.id;
    const before = rows.value;
    const known = new Set(before.map(({ id }) => id));
    const isGap = head.nextCursor !== null && before.length > 0 && !head.leads.some(({ id }) => known.has(id));
    const older = oldest !== undefined && head.nextCursor !== null ? before.filter(({ id }) => id < oldest) : [];
    const below = older.map(({ id }) => id).filter((id) => touched.has(id));
    if (isGap || below.length > SINGLE_READS) return load();
    const again = await readAgain(below, signal);
    batch(() => {
      const kept = older.flatMap((lead) => {
        const fresh = again.has(lead.id) ? again.get(lead.id) : lead;
        return fresh ? [fresh] : [];
      });
      rows.value = [...head.leads, ...kept];
      if (older.length === 0) {
        malformed.value = head.malformed;
        nextCursor.value = head.nextCursor;
      }
      const fresh = head.leads.map(({ id }) => id).filter((id) => touched.has(id) && !known.has(id));
      if (fresh.length > 0) arrived.value = new Set([...arrived.value, ...fresh]);
      const present = new Set(rows.value.map(({ id }) => id));
      selected.value = new Set([...selected.value].filter((id) => present.has(id)));
    });
  }

  // One after the other: two at once could put an older answer over a newer one.
  let applying: Promise<void> = Promise.resolve();
  const onChanges = (changes: readonly Change[]) => {
    applying = applying.then(() => apply(changes)).catch(() => undefined);
  };

  return {
    filter,
    rows,
    malformed,
    nextCursor,
    loading,
    failure,
    selected,
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
      selected.value = new Set();
      return load();
    },
    toggle(id: string): void {
      const next = new Set(selected.value);
      if (!next.delete(id)) next.add(id);
      selected.value = next;
    },
    select(ids: readonly string[]): void {
      selected.value = new Set(ids);
    },
    markOpened(id: string): void {
      opened.value = new Set([...opened.value, id]);
    },
    clearArrived(): void {
      arrived.value = new Set();
    },
    async start(signal: AbortSignal): Promise<void> {
      live.subscribe(onChanges, load, signal);
      signal.addEventListener('abort', () => current.abort());
      const look = lastLook(connectionId);
      const loaded = load();
      const last = await look.getValue();
      await loaded;
      const newest = rows.value[0]?.id;
      seenUpTo.value = last ?? newest ?? null;
      if (newest !== undefined && newest > (last ?? '')) await look.setValue(newest);
    },
  };
}
export type Leads = ReturnType<typeof createLeads>;
