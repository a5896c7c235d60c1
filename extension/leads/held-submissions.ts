import { batch, signal } from '@preact/signals';
import type { HeldSubmission } from '../../shared/contract/capture.ts';
import type { Crm } from '../platform/api/crm.ts';
import { asFailure, type Failure } from '../platform/api/failure.ts';
import type { Live } from '../platform/workspace/live.ts';
import type { Toasts } from '../platform/workspace/toasts.ts';

/** Submissions that wait for a person's decision. */
export function createHeld({ crm, live, toasts }: { crm: Crm; live: Live; toasts: Toasts }) {
  const held = signal<readonly HeldSubmission[] | null>(null);
  const total = signal(0);
  const nextCursor = signal<string | null>(null);
  const failure = signal<Failure | null>(null);
  /** Id of the one that is being released or deleted. */
  const busy = signal<string | null>(null);

  let isLoading = false;

  async function load(cursor?: string): Promise<void> {
    if (cursor !== undefined && isLoading) return;
    isLoading = true;
    try {
      const page = await live.watch(() => crm.listHeld(cursor));
      batch(() => {
        held.value = cursor ? [...(held.value ?? []), ...page.held] : page.held;
        total.value = page.total;
        nextCursor.value = page.nextCursor;
        failure.value = null;
      });
    } catch (error) {
      failure.value = asFailure(error);
    } finally {
      isLoading = false;
    }
  }

  async function decide(id: string, doing: string, done: string, request: () => Promise<unknown>): Promise<void> {
    if (busy.value) return;
    busy.value = id;
    try {
      await live.watch(request);
      toasts.show({ tone: 'good', message: done });
    } catch (error) {
      toasts.showFailure(doing, error);
    } finally {
      busy.value = null;
    }
    await load();
  }

  return {
    held,
    total,
    nextCursor,
    failure,
    busy,
    load: () => load(),
    loadMore: () => (nextCursor.value ? load(nextCursor.value) : Promise.resolve()),
    release: (id: string) => decide(id, 'Releasing', 'Released: it is a lead now.', () => crm.releaseHeld(id)),
    remove: (id: string) => decide(id, 'Deleting', 'The submission is deleted.', () => crm.deleteHeld(id)),
  };
}
export type Held = ReturnType<typeof createHeld>;
