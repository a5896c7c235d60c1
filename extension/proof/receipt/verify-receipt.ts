import { signal } from '@preact/signals';
import type { Api } from '../../platform/api/api.ts';
import { createSyncApi } from '../../platform/api/sync-api.ts';
import { createFreshness } from '../../platform/workspace/freshness.ts';
import { type Verdict, verify } from '../../records/receipts/receipt-check.ts';
import { readClaim } from '../../records/receipts/receipt-text.ts';

/** The field that a receipt is pasted into, and what became of it. Neither is kept. */
export function createVerifyReceipt({ api }: { api: Api }) {
  const sync = createSyncApi(api);
  const pasted = signal('');
  /** What is wrong with what was pasted. */
  const error = signal<string | null>(null);
  /** Only the end of a lead's id was pasted, as the thanks of the form show it. */
  const ending = signal<string | null>(null);
  const verdict = signal<Verdict | null>(null);
  const freshness = createFreshness(({ key, operation }) => operation === 'truncate' || key === verdict.peek()?.key);
  const isBusy = signal(false);
  let turn = 0;

  return {
    pasted,
    error,
    ending,
    verdict,
    freshness,
    isBusy,
    /** A verdict stands beside what it is about only. */
    paste(text: string): void {
      turn += 1;
      pasted.value = text;
      error.value = ending.value = null;
      verdict.value = null;
      freshness.clear();
      isBusy.value = false;
    },
    /** @param ended of the view that shows it */
    async verify(ended: AbortSignal): Promise<void> {
      turn += 1;
      const mine = turn;
      const read = readClaim(pasted.value);
      verdict.value = null;
      freshness.clear();
      error.value = 'error' in read ? read.error : null;
      ending.value = 'ending' in read ? read.ending : null;
      if (!('claim' in read)) return;
      isBusy.value = true;
      try {
        const found = await verify(sync, read.claim, ended);
        if (mine !== turn) return;
        verdict.value = found;
        freshness.mark(found.upTo);
      } catch (reason) {
        if (!ended.aborted) throw reason;
      } finally {
        if (mine === turn) isBusy.value = false;
      }
    },
  };
}
