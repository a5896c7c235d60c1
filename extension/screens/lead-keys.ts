import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { mailHref } from '../components/safe-href.ts';
import type { VirtualListHandle } from '../components/VirtualList.tsx';
import type { Workspace } from '../models/workspace.ts';

/**
 * Keys of the list: arrows, Home and End move, Enter opens (the row is a button), x selects, e writes a mail, s goes to the
 * status of the opened lead.
 */
export function useRowKeys({ leads, view }: Workspace, list: RefObject<VirtualListHandle | null>) {
  const [focusedId, setFocused] = useState<string | null>(null);
  const rows = leads.rows.value;
  const focused = Math.max(
    0,
    rows.findIndex(({ id }) => id === focusedId),
  );

  function moveTo(index: number): void {
    const target = Math.min(Math.max(index, 0), rows.length - 1);
    const id = rows[target]?.id;
    if (id === undefined) return;
    setFocused(id);
    list.current?.scrollToIndex(target);
    // The row may only be made by that scrolling.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`.list-area [data-lead="${CSS.escape(id)}"] .lead-open`)?.focus(),
    );
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const lead = rows[focused];
    const isOnRow = event.target instanceof HTMLElement && event.target.classList.contains('lead-open');
    if (!isOnRow || !lead) return;
    const actions: Record<string, () => void> = {
      ArrowDown: () => moveTo(focused + 1),
      ArrowUp: () => moveTo(focused - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      x: () => leads.toggle(lead.id),
      e: () => {
        const mail = mailHref(lead.email);
        if (mail) window.open(mail, '_blank', 'noopener');
      },
      s: () => view.openLead(lead.id, 'status'),
    };
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  }

  return { focused, setFocused, onKeyDown };
}
