import { signal } from '@preact/signals';
import type { RowsByKeyReply } from '../../../shared/contract/sync-report.ts';
import { isChangeOf } from '../../../shared/proof/has-changed.ts';
import type { Api } from '../../platform/api/api.ts';
import { createCrm } from '../../platform/api/crm.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';
import { readStoredRows } from '../../platform/api/stored-rows.ts';
import type { Live } from '../../platform/workspace/live.ts';

const INDEX = 'leads:index';

/** One row of the table. A text is null where the API withholds it, because it holds a secret. */
export interface ShownRow {
  key: string;
  /** As it is now. */
  text: string | null;
  /** Without what storing the lead has written: derived, since nobody has kept it. A new row was not there. */
  before: string | null;
  /** What the capture did to it. */
  mark: 'updated' | 'new' | null;
}

export interface Capture {
  leadId: string;
  /** Leads in the table with this one, counted by Postgres. */
  total: number;
  rows: readonly ShownRow[];
  /** Whether the head of the index names the lead. */
  isIndexed: boolean;
  asOf: string;
}

/** @returns the text of an index without one id, as Postgres writes it; null when it is no list or lacks the id */
export function withoutId(text: string, id: string): string | null {
  let ids: unknown;
  try {
    ids = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(ids) || !ids.includes(id)) return null;
  return `[${ids
    .filter((one) => one !== id)
    .map((one) => JSON.stringify(one))
    .join(', ')}]`;
}

/** @param ids the newest first. @returns null when one of them was deleted since they were listed */
function captureOf(ids: readonly string[], total: number, reply: RowsByKeyReply): Capture | null {
  const texts = new Map<string, string | null>(reply.rows.map(({ key, text }) => [key, text]));
  for (const key of reply.withheld) texts.set(key, null);
  if (ids.some((id) => !texts.has(`lead:${id}`))) return null;
  const [leadId = ''] = ids;
  const index = texts.get(INDEX);
  const before = index ? withoutId(index, leadId) : null;
  const isIndexed = before !== null;
  const rows = ids.map((id): ShownRow => {
    const text = texts.get(`lead:${id}`) ?? null;
    return { key: `lead:${id}`, text, before: text, mark: id === leadId ? 'new' : null };
  });
  if (index) rows.unshift({ key: INDEX, text: index, before: before ?? index, mark: isIndexed ? 'updated' : null });
  return { leadId, total, rows, isIndexed, asOf: reply.asOf };
}

/** The rows of the table around the lead that came last: as they are, and as they would be without it. */
export function createLastCapture({ api: unwatched, live }: { api: Api; live: Live }) {
  const api = live.watched(unwatched);
  const crm = createCrm(api);
  /** Null until read; `none` when there is no lead. */
  const capture = signal<Capture | 'none' | null>(null);
  const failure = signal<Failure | null>(null);
  const isReading = signal(false);
  let isStale = false;
  let lifetime = new AbortController().signal;

  async function readOnce(): Promise<Capture | 'none' | null> {
    const { leads, total = 0 } = await crm.listLeads({ limit: 2, total: '1' }, lifetime);
    const ids = leads.map(({ id }) => id);
    if (ids.length === 0) return 'none';
    return captureOf(ids, total, await readStoredRows(api, [INDEX, ...ids.map((id) => `lead:${id}`)], lifetime));
  }

  /** Reads the rows now, or once more after the reading that runs. What was shown stays until then, and beside a failure. */
  async function read(): Promise<void> {
    isStale = true;
    if (isReading.value) return;
    isReading.value = true;
    try {
      while (isStale && !lifetime.aborted) {
        isStale = false;
        const found = await readOnce();
        if (found === null) isStale = true;
        else capture.value = found;
        failure.value = null;
      }
    } catch (error) {
      if (!lifetime.aborted) failure.value = asFailure(error);
    } finally {
      isReading.value = false;
    }
  }

  return {
    capture,
    failure,
    isReading,
    read,
    /** Reads, and again whenever a lead changed, until the signal ends it. */
    start(signal: AbortSignal): Promise<void> {
      lifetime = signal;
      live.subscribe(
        (changes) => {
          // Not waited for: the feed would stand still meanwhile.
          if (changes.some((change) => isChangeOf(change, 'leads'))) void read();
        },
        () => void read(),
        signal,
      );
      return read();
    },
  };
}
export type LastCapture = ReturnType<typeof createLastCapture>;
