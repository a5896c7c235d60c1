import { computed, type Signal, signal } from '@preact/signals';
import type { Live, RecordKind } from '../../platform/workspace/live.ts';
import { createRecordList, type RecordPage } from './record-list.ts';

/** What a list of users or orders is narrowed to; empty texts mean all. */
export interface SearchFilter {
  q: string;
  status: string;
}

interface Query {
  q: string;
  status: string;
  limit: number;
  cursor?: string;
}

interface Options<Row> {
  live: Live;
  kind: RecordKind;
  /** The status that the user chose, kept by the view; the search is forgotten with the list. */
  status: Signal<string>;
  list(query: Query, signal: AbortSignal): Promise<RecordPage<Row>>;
  get(id: string, signal: AbortSignal): Promise<Row>;
  statusOf(row: Row): string | null | undefined;
}

/** A list that is narrowed by a search and one status: users and orders. */
export function createSearchedList<Row extends { id: string }>(options: Options<Row>) {
  const { live, kind, status, list, get, statusOf } = options;
  const filter = signal<SearchFilter>({ q: '', status: status.value });
  const rows = createRecordList<Row, SearchFilter>({
    live,
    kind,
    filter,
    list: (narrowed, page, signal) => list({ ...narrowed, q: narrowed.q.trim(), ...page }, signal),
    get,
    stillMatches: (narrowed, row) => narrowed.status === '' || statusOf(row) === narrowed.status,
    isTold: ({ q }) => q.trim() === '',
  });

  function setFilter(change: Partial<SearchFilter>): Promise<void> {
    const before = filter.value;
    const next = { ...before, ...change };
    filter.value = next;
    status.value = next.status;
    const isSame = next.q.trim() === before.q.trim() && next.status === before.status;
    return isSame ? Promise.resolve() : rows.load();
  }

  return {
    ...rows,
    filter,
    /** Whether the search or the status keeps rows out. */
    isNarrowed: computed(() => filter.value.q.trim() !== '' || filter.value.status !== ''),
    setFilter,
    widen: () => void setFilter({ q: '', status: '' }),
  };
}
