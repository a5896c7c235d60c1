import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { VirtualListHandle } from '../components/VirtualList.tsx';

/**
 * Keys of a list: arrows, Home and End move, Enter opens (the row is a button), and what else a kind of row has.
 * @param others by the key pressed on a row
 */
export function useRowKeys<Row extends { id: string }>(
  rows: readonly Row[],
  list: RefObject<VirtualListHandle | null>,
  others: (row: Row) => Record<string, () => void> = () => ({}),
) {
  const [focusedId, setFocused] = useState<string | null>(null);
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
      document.querySelector<HTMLElement>(`.list-area [data-record="${CSS.escape(id)}"] .record-open`)?.focus(),
    );
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[focused];
    const isOnRow = event.target instanceof HTMLElement && event.target.classList.contains('record-open');
    if (!isOnRow || !row) return;
    const actions: Record<string, () => void> = {
      ArrowDown: () => moveTo(focused + 1),
      ArrowUp: () => moveTo(focused - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ...others(row),
    };
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  }

  return { focused, setFocused, onKeyDown };
}
