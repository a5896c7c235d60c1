import { signal } from '@preact/signals';
import type { Crm } from '../platform/api/crm.ts';
import { asFailure } from '../platform/api/failure.ts';
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

  async function run(format: keyof typeof TYPES): Promise<void> {
    if (progress.value) return;
    cancel = new AbortController();
    progress.value = { done: 0, total: null };
    try {
      // Only who exports loads the rest of it.
      const { leadsToCsv, readAllLeads } = await import('./export-file.ts');
      const { found, malformed, changed } = await readAllLeads({
        ...{ crm, live, signal: cancel.signal, query: toQuery(leads.filter.value, new Date()) },
        onProgress: (done, total) => {
          progress.value = { done, total: total ?? progress.value?.total ?? null };
        },
      });
      const content = format === 'csv' ? leadsToCsv(found) : JSON.stringify(found, null, 2);
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
