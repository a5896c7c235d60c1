import { batch, effect, signal } from '@preact/signals';
import { type Place, place } from '../browser/storage.ts';

export type Tab = 'overview' | 'leads' | 'users' | 'orders' | 'sync';

const TABS: readonly string[] = ['overview', 'leads', 'users', 'orders', 'sync'] satisfies Tab[];

/**
 * Where the user is. It is kept until the browser ends, since a popup closes whenever it loses the focus.
 * @param left where an earlier view left them
 */
export function createNavigation(connectionId: string, left: Place | null) {
  const tab = signal<Tab>(left && TABS.includes(left.tab) ? (left.tab as Tab) : 'overview');
  const lead = signal(left?.lead ?? null);
  /** Where the keyboard goes once the record that was opened is there. */
  const focus = signal<'heading' | 'status' | null>(null);
  const user = signal(left?.user ?? null);
  const order = signal(left?.order ?? null);
  /** What the lists are narrowed to, without what was searched for; an empty text means all. */
  const leadFilter = signal<Readonly<Record<string, string>>>(left?.leadFilter ?? {});
  const accountStatus = signal(left?.accountStatus ?? '');
  const orderStatus = signal(left?.orderStatus ?? '');
  const panel = signal<'held' | 'settings' | null>(null);
  /** Whether the sync tab was opened for the connection tests. */
  const isForTests = signal(false);
  const kept = place(connectionId);
  const opened = { leads: lead, users: user, orders: order };

  /** Goes to a record, or with null back to its list. */
  function open(where: keyof typeof opened, id: string | null, then: 'heading' | 'status' = 'heading'): void {
    batch(() => {
      focus.value = id === null ? null : then;
      panel.value = null;
      if (id !== null) tab.value = where;
      opened[where].value = id;
    });
  }

  /** Showing the tab that is shown already leads back to its beginning. */
  function show(next: Tab): void {
    if (panel.value === null && tab.value === next && next in opened) opened[next as keyof typeof opened].value = null;
    panel.value = null;
    tab.value = next;
  }

  return {
    tab,
    isForTests,
    lead,
    focus,
    user,
    order,
    leadFilter,
    accountStatus,
    orderStatus,
    /** A screen on top of the tab. */
    panel,
    show,
    showTests(): void {
      isForTests.value = true;
      show('sync');
    },
    /** Leaves the screen on top. */
    close(): void {
      panel.value = null;
    },
    openLead: (id: string | null, then?: 'heading' | 'status') => open('leads', id, then),
    openUser: (id: string | null) => open('users', id),
    openOrder: (id: string | null) => open('orders', id),
    /** Keeps it from now on. */
    keep(signal: AbortSignal): void {
      const stop = effect(() => {
        void kept.setValue({
          ...{ tab: tab.value, lead: lead.value, user: user.value, order: order.value },
          ...{ leadFilter: leadFilter.value, accountStatus: accountStatus.value, orderStatus: orderStatus.value },
        });
      });
      signal.addEventListener('abort', stop);
    },
  };
}
