import { signal } from '@preact/signals';
import type { LeadPatch } from '../../shared/lead.ts';
import type { Crm } from '../services/crm.ts';
import { asFailure } from '../services/failure.ts';
import type { Leads } from './leads.ts';
import type { Live } from './live.ts';
import type { Toasts } from './toasts.ts';

/** How many requests are under way at once; the API counts them, and the page must stay fluent. */
const AT_ONCE = 4;

export interface BulkProgress {
  done: number;
  total: number;
}

/** One status for many leads. Each is a write of its own: what succeeded stays, what did not is named and stays selected. */
export function createBulkStatus({ crm, live, leads, toasts }: { crm: Crm; live: Live; leads: Leads; toasts: Toasts }) {
  const progress = signal<BulkProgress | null>(null);
  let cancel = new AbortController();

  async function run(status: NonNullable<LeadPatch['status']>): Promise<void> {
    if (progress.value) return;
    const ids = [...leads.selected.value];
    const waiting = [...ids];
    const failed = new Map<string, unknown>();
    cancel = new AbortController();
    progress.value = { done: 0, total: ids.length };
    const work = async () => {
      for (let id = waiting.shift(); id !== undefined && !cancel.signal.aborted; id = waiting.shift()) {
        const one = id;
        try {
          await live.watch(() => crm.updateLead(one, { status }));
        } catch (error) {
          failed.set(one, error);
          // The next would only wait for the same silence.
          if (asFailure(error).isAway) cancel.abort();
        }
        progress.value = { done: (progress.value?.done ?? 0) + 1, total: ids.length };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    progress.value = null;
    const left = [...failed.keys(), ...waiting];
    leads.select(left);
    const stored = ids.length - left.length;
    const first = failed.values().next().value;
    if (first !== undefined) {
      const rest = `${stored} of ${ids.length} were changed; the others are still selected.`;
      toasts.show({
        tone: 'danger',
        message: `Not every lead was changed: ${asFailure(first).message}`,
        detail: rest,
        action: { label: 'Retry', onAction: () => void run(status) },
      });
    } else {
      toasts.show({ tone: 'good', message: `${stored} of ${ids.length} leads are ${status} now.` });
    }
  }

  return { progress, run, cancel: () => cancel.abort() };
}
