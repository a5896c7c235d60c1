import { signal } from '@preact/signals';
import type { Lead } from '../../shared/contract/lead.ts';
import { PAGE_LIMIT } from '../../shared/contract/limits.ts';
import { isChangeOf } from '../../shared/proof/has-changed.ts';
import type { Crm, LeadsPage, LeadsQuery } from '../platform/api/crm.ts';
import { asFailure, Failure } from '../platform/api/failure.ts';
import { saveFile } from '../platform/browser/files.ts';
import type { Live } from '../platform/workspace/live.ts';
import type { Toasts } from '../platform/workspace/toasts.ts';
import { formatNumber } from '../ui/content/number-format.ts';
import { toQuery } from './lead-filter.ts';
import type { Leads } from './leads.ts';

export interface ExportProgress {
  done: number;
  total: number | null;
}

const TYPES = { csv: 'text/csv;charset=utf-8', json: 'application/json' };

/** Every lead that the filter lets through, as a file. All pages are read before a byte is written: no file is ever a part. */
export function createLeadExport({ crm, live, leads, toasts }: { crm: Crm; live: Live; leads: Leads; toasts: Toasts }) {
  const progress = signal<ExportProgress | null>(null);
  let cancel = new AbortController();

  /** Keys of the leads that the feed names after a cursor, by the cursor of each change. */
  async function changesSince(after: string, signal: AbortSignal): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let cursor = after, more = true; more; ) {
      const from = cursor;
      const page = await live.watch(() => crm.listChanges(from, signal));
      for (const change of page.changes) if (isChangeOf(change, 'leads')) found.set(change.cursor, change.key);
      ({ nextCursor: cursor, more } = page);
    }
    return found;
  }

  async function readAll(signal: AbortSignal): Promise<{ found: Lead[]; malformed: number; changed: number }> {
    const query = { ...toQuery(leads.filter.value, new Date()), limit: PAGE_LIMIT };
    const found: Lead[] = [];
    let malformed = 0;
    let since = '';
    let told = new Map<string, string>();
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: LeadsQuery = cursor === '' ? { total: '1' } : { cursor };
      const page: LeadsPage = await live.watch(() => crm.listLeads({ ...query, ...more }, signal));
      found.push(...page.leads);
      malformed += page.malformed.length;
      if (since === '') {
        since = page.changesCursor;
        // A cursor may lie before what the page shows already.
        told = await changesSince(since, signal);
      }
      if (cursor !== '' && page.nextCursor !== null && page.nextCursor >= cursor) {
        throw new Failure('contradictory', 'The API gave the same page twice, so the list has no end.');
      }
      cursor = page.nextCursor;
      progress.value = { done: found.length, total: page.total ?? progress.value?.total ?? null };
    }
    // Pages are snapshots one after the other: whoever reads the file must know what changed in between.
    const changes = [...(await changesSince(since, signal))].filter(([at]) => !told.has(at));
    return { found, malformed, changed: new Set(changes.map(([, key]) => key)).size };
  }

  async function run(format: keyof typeof TYPES): Promise<void> {
    if (progress.value) return;
    cancel = new AbortController();
    progress.value = { done: 0, total: null };
    try {
      const { found, malformed, changed } = await readAll(cancel.signal);
      // Only who exports loads the writer.
      const content = format === 'csv' ? (await import('./csv.ts')).leadsToCsv(found) : JSON.stringify(found, null, 2);
      const day = new Date().toISOString().slice(0, 10);
      // Spreadsheets take UTF-8 for what it is only behind this mark.
      saveFile(`leads-${day}.${format}`, format === 'csv' ? ['\ufeff', content] : [content], TYPES[format]);
      const odd = malformed > 0 ? ` ${formatNumber(malformed)} rows that are no leads were left out.` : '';
      const moved =
        changed > 0
          ? ` ${formatNumber(changed)} changed while it was written: export again for one moment's state.`
          : '';
      toasts.show({ tone: 'good', message: `${formatNumber(found.length)} leads are in the file.${odd}${moved}` });
    } catch (error) {
      if (cancel.signal.aborted)
        toasts.show({ tone: 'info', message: 'The export was cancelled. No file was written.' });
      else {
        toasts.show({
          tone: 'danger',
          message: `The export failed: ${asFailure(error).message}`,
          detail: 'No file was written.',
          action: { label: 'Retry', onAction: () => void run(format) },
        });
      }
    } finally {
      progress.value = null;
    }
  }

  return { progress, run, cancel: () => cancel.abort() };
}
export type LeadExport = ReturnType<typeof createLeadExport>;
