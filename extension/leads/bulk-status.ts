import { signal } from '@preact/signals';
import type { LeadPatch } from '../../shared/contract/lead.ts';
import type { Crm } from '../platform/api/crm.ts';
import { asFailure, Failure } from '../platform/api/failure.ts';
import type { Live } from '../platform/workspace/live.ts';
import type { Toasts } from '../platform/workspace/toasts.ts';
import { formatNumber } from '../ui/content/number-format.ts';
import type { Leads } from './leads.ts';

/** How many requests are under way at once; the API counts them, and the page must stay fluent. */
const AT_ONCE = 4;

type Status = NonNullable<LeadPatch['status']>;

export interface BulkProgress {
  done: number;
  total: number;
}

/** One status for many leads. Each is a write of its own: what succeeded stays, what did not is named and stays selected. */
export function createBulkStatus({ crm, live, leads, toasts }: { crm: Crm; live: Live; leads: Leads; toasts: Toasts }) {
  const progress = signal<BulkProgress | null>(null);
  let cancel = new AbortController();

  /** One write, on the lead as the user saw it. @throws when it was not made, or the row says something else afterwards */
  async function change(id: string, status: Status, seen: string | null): Promise<void> {
    const lead = await live.watch(() => crm.updateLead(id, { status }, seen));
    if (lead.status !== status)
      throw new Failure('contradictory', `The row of ${id} does not say ${status} after the change.`);
  }

  async function run(
    status: Status,
    targets: ReadonlyMap<string, string | null> = leads.selected.value,
  ): Promise<void> {
    if (progress.value || targets.size === 0) return;
    const waiting = [...targets];
    const failed = new Map<string, unknown>();
    cancel = new AbortController();
    progress.value = { done: 0, total: targets.size };
    const work = async () => {
      while (!cancel.signal.aborted) {
        const next = waiting.shift();
        if (next === undefined) return;
        const [id, seen] = next;
        try {
          await change(id, status, seen);
        } catch (error) {
          failed.set(id, error);
          // The next would only wait for the same silence.
          if (asFailure(error).isAway) cancel.abort();
        }
        progress.value = { done: (progress.value?.done ?? 0) + 1, total: targets.size };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    progress.value = null;
    const left = [...failed.keys(), ...waiting.map(([id]) => id)];
    leads.select(left);
    report(status, targets.size, left, failed.values().next().value);
  }

  function report(status: Status, total: number, left: readonly string[], error: unknown): void {
    const done = `${formatNumber(total - left.length)} of ${formatNumber(total)}`;
    if (left.length === 0) {
      toasts.show({ tone: 'good', message: `${done} leads are ${status} now.` });
      return;
    }
    const failure = error === undefined ? null : asFailure(error);
    const rest = `${done} were changed; the others are still selected.`;
    const unknown = failure?.isAway ? ' Of those under way it is not known: they are read again.' : '';
    toasts.show({
      tone: failure ? 'danger' : 'info',
      message: failure ? `Not every lead was changed: ${failure.message}` : 'Stopped before every lead was changed.',
      detail: rest + unknown,
      action: { label: 'Retry', onAction: () => void run(status, versionsOf(left)) },
    });
  }

  /** As they are selected now, or else as they are stored: the user has been told why the first try failed. */
  const versionsOf = (ids: readonly string[]) => new Map(ids.map((id) => [id, leads.selected.value.get(id) ?? null]));

  return { progress, run, cancel: () => cancel.abort() };
}
export type BulkStatus = ReturnType<typeof createBulkStatus>;
