import { computed, effect, type ReadonlySignal } from '@preact/signals';
import { showBadge } from '../browser/badge.ts';
import { activeConnection, watch } from '../browser/storage.ts';
import type { Workspace } from './workspace.ts';

/**
 * The toolbar says what the screen says, without waiting for the worker's next round.
 * @param newLeads null while this view has not counted; what the worker counted last is shown then
 */
export function followBadge(
  { connection, live, knownDrift }: Pick<Workspace, 'connection' | 'live' | 'knownDrift'>,
  newLeads: ReadonlySignal<number | null>,
  signal: AbortSignal,
): void {
  // Each answer of the feed is news to the header, but not to the toolbar.
  const away = computed(() => (live.backend.value.state === 'offline' ? live.backend.value.failure.message : null));
  const drift = computed(() => knownDrift.value?.summary ?? null);

  /** Another view may have another connection open: the toolbar speaks of the one that was chosen last. */
  async function showIfActive(state: Parameters<typeof showBadge>[0]): Promise<void> {
    if ((await activeConnection.getValue()) === connection.id) await showBadge(state);
  }

  async function showNewLeads(counted: number | null): Promise<void> {
    const count = counted ?? (await watch(connection.id).getValue())?.newLeads;
    await showIfActive(count === undefined ? null : { newLeads: count });
  }

  let isRed = false;
  const stop = effect(() => {
    const wasRed = isRed;
    isRed = away.value !== null || drift.value !== null;
    if (away.value !== null) void showIfActive({ away: away.value });
    else if (drift.value !== null) void showIfActive({ drift: drift.value });
    else if (newLeads.value !== null || wasRed) void showNewLeads(newLeads.value);
  });
  signal.addEventListener('abort', stop);
}
