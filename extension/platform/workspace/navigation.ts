import { batch, effect, signal } from '@preact/signals';
import { type LeadFilter, NO_FILTER, type Period } from '../../leads/lead-filter.ts';
import { view as storedView, type View } from '../browser/storage.ts';

export type Tab = 'overview' | 'leads' | 'users' | 'orders' | 'sync';

const TABS: readonly string[] = ['overview', 'leads', 'users', 'orders', 'sync'] satisfies Tab[];
const PERIODS: readonly string[] = ['any', 'today', '7', '30', 'custom'] satisfies Period[];

/** Where the user is. It is kept until the browser ends, since a popup closes whenever it loses the focus. */
export function createView(connectionId: string) {
  const tab = signal<Tab>('overview');
  const lead = signal<string | null>(null);
  /** Where the keyboard goes once the record that was opened is there. */
  const focus = signal<'heading' | 'status' | null>(null);
  const user = signal<string | null>(null);
  const order = signal<string | null>(null);
  /** What the lists of users and orders are narrowed to; an empty text means all. */
  const accountStatus = signal('');
  const orderStatus = signal('');
  const panel = signal<'held' | 'settings' | null>(null);
  /** Whether the sync tab was opened for the connection tests. */
  const isForTests = signal(false);
  const kept = storedView(connectionId);
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
    /** @returns the filter that was left behind, without its search text */
    restore(left: View | null): LeadFilter {
      if (!left) return NO_FILTER;
      if (TABS.includes(left.tab)) tab.value = left.tab as Tab;
      lead.value = left.lead;
      user.value = left.user ?? null;
      order.value = left.order ?? null;
      accountStatus.value = left.accountStatus ?? '';
      orderStatus.value = left.orderStatus ?? '';
      const { status, source, from, to } = left;
      return {
        q: '',
        status,
        source,
        from,
        to,
        period: PERIODS.includes(left.period) ? (left.period as Period) : 'any',
      };
    },
    /** Keeps it from now on. */
    keep(filter: { readonly value: LeadFilter }, signal: AbortSignal): void {
      const stop = effect(() => {
        const { status, source, period, from, to } = filter.value;
        void kept.setValue({
          tab: tab.value,
          ...{ lead: lead.value, status, source, period, from, to },
          ...{ user: user.value, accountStatus: accountStatus.value },
          ...{ order: order.value, orderStatus: orderStatus.value },
        });
      });
      signal.addEventListener('abort', stop);
    },
  };
}
