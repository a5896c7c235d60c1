import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VirtualListHandle } from '../../ui/lists/VirtualList.tsx';
import type { RecordList } from './record-list.ts';

/** Whether a key pressed here belongs to what is being typed or chosen: then it is no shortcut. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'));

type Keys = Record<string, () => void>;

const SEARCH = '.list-pane [type=search]';

/** @returns whether the row is in the page */
function focusRow(id: string): boolean {
  const row = document.querySelector<HTMLElement>(`.list-area [data-record="${CSS.escape(id)}"] .record-open`);
  row?.focus();
  return row !== null;
}

/**
 * Keys of a list: arrows, Home and End move, Enter opens (the row is a button), and what else a kind of row has. From
 * the search an arrow or Enter goes to the first row and Esc back to the current one, as an arrow does from anywhere
 * in the list that has no use for it, and where nothing has the focus.
 * @param others by the key pressed on a row
 */
export function useRowKeys<Row extends { id: string }>(
  model: RecordList<Row>,
  list: RefObject<VirtualListHandle | null>,
  others: (row: Row) => Keys = () => ({}),
) {
  const [focusedId, setFocused] = useState<string | null>(null);
  /** Whether the first row is to get the focus once what is searched has been read. */
  const isAwaited = useRef(false);
  const rows = model.rows.value;
  const isReading = model.loading.value === 'first';
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
    // At once, so that the next key finds it there; only the row that this scrolling makes comes a frame later.
    if (!focusRow(id)) requestAnimationFrame(() => focusRow(id));
  }

  function toFirst(): void {
    // Not what was drawn: the field may have asked for another list a moment ago.
    if (model.loading.peek() === 'first') isAwaited.current = true;
    else moveTo(0);
  }

  function keysOn(target: HTMLElement): Keys {
    const id = target.closest<HTMLElement>('.list-area [data-record]')?.dataset.record;
    const at = rows.findIndex((row) => row.id === id);
    const row = rows[at];
    if (row) {
      return {
        ArrowDown: () => moveTo(at + 1),
        ArrowUp: () => moveTo(at - 1),
        Home: () => moveTo(0),
        End: () => moveTo(rows.length - 1),
        ...others(row),
      };
    }
    const toCurrent = () => moveTo(focused);
    if (target instanceof HTMLInputElement && target.matches(SEARCH)) {
      return {
        ArrowDown: toFirst,
        Enter: toFirst,
        ...(target.value === '' && rows.length > 0 && { Escape: toCurrent }),
      };
    }
    const isFree = target === document.body || target.closest('.list-pane, [role=tab]') !== null;
    // Beside an opened record on a narrow screen there is a list, but nobody sees it.
    if (!isFree || isTyping(target) || !list.current?.element?.checkVisibility()) return {};
    return { ArrowDown: toCurrent, ArrowUp: toCurrent };
  }

  function onKey(event: KeyboardEvent): void {
    isAwaited.current = false;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target instanceof HTMLElement) || document.querySelector('dialog[open]')) return;
    const keys = keysOn(event.target);
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  }
  const latest = useRef(onKey);
  latest.current = onKey;

  // Before the first frame: whoever sees the rows may press a key.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  useEffect(() => {
    if (isReading || !isAwaited.current) return;
    isAwaited.current = false;
    if (document.activeElement?.matches(SEARCH)) moveTo(0);
  }, [isReading]);

  return { focused, setFocused };
}

/** Keys of a list with a record beside it or in its place: `/` goes to the search, Esc from the record back to its row. */
export function useSplitKeys(
  open: { readonly value: string | null },
  close: () => void,
  search: RefObject<HTMLInputElement | null>,
): void {
  // Before the first frame: whoever sees the rows may press a key.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]')) return;
      const id = open.value;
      if (event.key === '/' && !isTyping(event.target)) {
        event.preventDefault();
        close();
        // At once where the list is shown: what is typed next is for the search.
        search.current?.focus();
        if (document.activeElement !== search.current) requestAnimationFrame(() => search.current?.focus());
      }
      if (event.key === 'Escape' && id !== null) {
        event.preventDefault();
        // Out of a field that has no draft of its own first: what is typed there would be gone.
        if (event.target instanceof HTMLInputElement && event.target.closest('.detail-pane'))
          return event.target.blur();
        close();
        requestAnimationFrame(() =>
          document.querySelector<HTMLElement>(`.list-area [data-record="${CSS.escape(id)}"] .record-open`)?.focus(),
        );
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [open, close, search]);
}
