import { signal } from '@preact/signals';
import type { Lead } from '../../shared/lead.ts';
import { PAGE_LIMIT } from '../../shared/limits.ts';
import type { Crm, LeadsPage, LeadsQuery } from '../services/crm.ts';
import { asFailure } from '../services/failure.ts';
import { saveFile } from '../services/files.ts';
import { toQuery } from './lead-filter.ts';
import type { Leads } from './leads.ts';
import type { Live } from './live.ts';
import type { Toasts } from './toasts.ts';

export interface ExportProgress {
  done: number;
  total: number | null;
}

const TYPES = { csv: 'text/csv;charset=utf-8', json: 'application/json' };

/** Every lead that the filter lets through, as a file. All pages are read before a byte is written: no file is ever a part. */
export function createLeadExport({ crm, live, leads, toasts }: { crm: Crm; live: Live; leads: Leads; toasts: Toasts }) {
  const progress = signal<ExportProgress | null>(null);
  let cancel = new AbortController();

  async function readAll(signal: AbortSignal): Promise<{ found: Lead[]; malformed: number }> {
    const query = { ...toQuery(leads.filter.value, new Date()), limit: PAGE_LIMIT };
    const found: Lead[] = [];
    let malformed = 0;
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: LeadsQuery = cursor === '' ? { total: '1' } : { cursor };
      const page: LeadsPage = await live.watch(() => crm.listLeads({ ...query, ...more }, signal));
      found.push(...page.leads);
      malformed += page.malformed.length;
      cursor = page.nextCursor;
      progress.value = { done: found.length, total: page.total ?? progress.value?.total ?? null };
    }
    return { found, malformed };
  }

  async function run(format: keyof typeof TYPES): Promise<void> {
    if (progress.value) return;
    cancel = new AbortController();
    progress.value = { done: 0, total: null };
    try {
      const { found, malformed } = await readAll(cancel.signal);
      // Only who exports loads the writer.
      const content =
        format === 'csv' ? (await import('../services/csv.ts')).leadsToCsv(found) : JSON.stringify(found, null, 2);
      const day = new Date().toISOString().slice(0, 10);
      // Spreadsheets take UTF-8 for what it is only behind this mark.
      saveFile(`leads-${day}.${format}`, format === 'csv' ? ['\ufeff', content] : [content], TYPES[format]);
      const odd = malformed > 0 ? ` ${malformed} rows that are no leads were left out.` : '';
      toasts.show({ tone: 'good', message: `${found.length} leads are in the file.${odd}` });
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
