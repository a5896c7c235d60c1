import { computed, signal } from '@preact/signals';
import { isEqual } from '../../shared/contract/equal.ts';
import type { Lead } from '../../shared/contract/lead.ts';
import type { Crm } from '../platform/api/crm.ts';
import { versionOf } from '../platform/api/rows.ts';
import { lastLook } from '../platform/browser/storage.ts';
import type { Live } from '../platform/workspace/live.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { createRecordList } from '../records/list/record-list.ts';
import { keptFilter, type LeadFilter, leftFilter, NO_FILTER, stillMatches, toQuery } from './lead-filter.ts';

interface Options {
  crm: Crm;
  live: Live;
  navigation: Pick<Workspace['navigation'], 'leadFilter'>;
  connectionId: string;
}

/** The list of leads, which of them are selected and which the user has not seen yet. */
export function createLeads({ crm, live, navigation, connectionId }: Options) {
  const filter = signal<LeadFilter>(leftFilter(navigation.leadFilter.peek()));
  /** By id, the version that the user saw last. A selection outlives a list that is read anew. */
  const selected = signal<ReadonlyMap<string, string | null>>(new Map());
  const seenUpTo = signal<string | null>(null);
  const opened = signal<ReadonlySet<string>>(new Set());

  const versionsIn = (rows: readonly Lead[]) => new Map(rows.map((row) => [row.id, versionOf(row)]));

  function onShow(rows: readonly Lead[], gone: ReadonlySet<string>): void {
    if (selected.value.size === 0) return;
    const seen = versionsIn(rows);
    const kept = [...selected.value].filter(([id]) => seen.has(id) || !gone.has(id));
    selected.value = new Map(kept.map(([id, version]) => [id, seen.get(id) ?? version]));
  }

  const list = createRecordList<Lead, LeadFilter>({
    live,
    kind: 'lead',
    filter,
    async list(narrowed, page, signal) {
      const { leads: rows, ...rest } = await crm.listLeads({ ...toQuery(narrowed, new Date()), ...page }, signal);
      return { rows, ...rest };
    },
    get: crm.getLead,
    stillMatches,
    isTold: ({ q, period }) => q.trim() === '' && period === 'any',
    onShow,
    onEmptied() {
      selected.value = new Map();
    },
  });
  const { rows } = list;

  /** The ids with the version of each as it stands in the list. */
  function versions(ids: readonly string[]): Map<string, string | null> {
    const seen = versionsIn(rows.value);
    return new Map(ids.map((id) => [id, seen.get(id) ?? selected.value.get(id) ?? null]));
  }

  function setFilter(change: Partial<LeadFilter>): Promise<void> {
    const next = { ...filter.value, ...change };
    const isSame = isEqual(toQuery(next, new Date()), toQuery(filter.value, new Date()));
    filter.value = next;
    navigation.leadFilter.value = keptFilter(next);
    if (isSame) return Promise.resolve();
    selected.value = new Map();
    return list.load();
  }

  return {
    ...list,
    filter,
    selected,
    /** Leads that came since the user last had the list before them, and were not opened yet. */
    unseen: computed(() => {
      const last = seenUpTo.value;
      if (last === null) return new Set<string>();
      return new Set(rows.value.map(({ id }) => id).filter((id) => id > last && !opened.value.has(id)));
    }),
    setFilter,
    /** Looks for a text in all leads, whatever the list was narrowed to. */
    searchAll: (q: string): Promise<void> => setFilter({ ...NO_FILTER, q }),
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
    async start(signal: AbortSignal): Promise<void> {
      const look = lastLook(connectionId);
      const loaded = list.start(signal);
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
