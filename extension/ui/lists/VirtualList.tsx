import type { ComponentChildren, Ref, VNode } from 'preact';
import { useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useRowAnchor } from './row-anchor.ts';
import { findKey, isNearEnd, scrollTopFor, visibleRange } from './visible-range.ts';

interface VirtualRowProps {
  index: number;
  /** The list's number of rows. */
  size: number;
  rowHeight: number;
  renderRow(index: number): ComponentChildren;
  onFocus(): void;
  onBlur(): void;
}

/** One row in its place. A component of its own, so that a signal read in it draws this row again and no other. */
function VirtualRow({ index, size, rowHeight, renderRow, onFocus, onBlur }: VirtualRowProps) {
  return (
    <li
      class="virtual-row"
      aria-setsize={size}
      aria-posinset={index + 1}
      style={{ insetBlockStart: `${index * rowHeight}px`, blockSize: `${rowHeight}px` }}
      onFocusIn={onFocus}
      onFocusOut={onBlur}
    >
      {renderRow(index)}
    </li>
  );
}

/** What a screen may ask of the list. */
export interface VirtualListHandle {
  /** Shows the row whole, by the shortest way. */
  scrollToIndex(index: number): void;
  scrollTop: number;
  readonly element: HTMLElement | null;
}

interface Props {
  label: string;
  count: number;
  rowHeight: number;
  keyOf(index: number): string;
  renderRow(index: number): ComponentChildren;
  /** The end is less than one view away: asked once for each count, and again after scrolling away and back. */
  onNearEnd?: (() => void) | undefined;
  /** Hears which row is the first in view, after every change of it or of the rows; a list that is not shown sees none. */
  onSee?: ((first: number) => void) | undefined;
  listRef?: Ref<VirtualListHandle> | undefined;
  /** How many rows there are in all, where `count` is only those loaded so far. */
  total?: number | null | undefined;
  /** Stands after the last row. */
  children?: ComponentChildren;
}

/** Less than any window shows, in CSS pixels: what is missing is drawn before the first frame, what is too much would delay it. */
const FIRST_GUESS = 360;

/**
 * A list of rows of one height, of which only those in view are in the page. What comes in above never moves the row
 * that one points at or reads; at the very top, with the pointer elsewhere, new rows show.
 */
export function VirtualList(props: Props) {
  const { label, count, rowHeight, keyOf, renderRow, onNearEnd, onSee, listRef, total, children } = props;
  const view = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLUListElement>(null);
  const [seen, setSeen] = useState({ scrollTop: 0, height: FIRST_GUESS });
  const [focused, setFocused] = useState<{ key: string; index: number } | null>(null);
  const askedAt = useRef(-1);

  const range = visibleRange(seen.scrollTop, seen.height, rowHeight, count);
  const drawn = Array.from({ length: range.end - range.start }, (_, offset) => range.start + offset);
  // A row with the focus stays in the page when it scrolls out of view, else the keyboard would lose its place.
  const held = focused ? findKey(focused.key, focused.index, count, keyOf) : -1;
  if (held >= 0 && held < range.start) drawn.unshift(held);
  if (held >= range.end) drawn.push(held);

  const size = total ?? count;
  const kept = useMemo(() => ({ rows: new Map<string, VNode>() }), [renderRow, rowHeight, size]);
  // Scrolling draws the rows that come into view and leaves the others as they are.
  const draw = (index: number): [string, VNode] => {
    const key = keyOf(index);
    const place = `${index} ${key}`;
    const onFocus = () => setFocused({ key, index });
    const row = { index, size, rowHeight, renderRow, onFocus, onBlur: () => setFocused(null) };
    return [place, kept.rows.get(place) ?? <VirtualRow key={key} {...row} />];
  };
  kept.rows = new Map(drawn.map(draw));

  const see = (scrollTop: number, height: number) =>
    setSeen((last) => {
      const next = visibleRange(scrollTop, height, rowHeight, count);
      const same = visibleRange(last.scrollTop, last.height, rowHeight, count);
      return next.start === same.start && next.end === same.end && last.height === height
        ? last
        : { scrollTop, height };
    });

  const askNearEnd = (scrollTop: number, height: number) => {
    const near = isNearEnd(scrollTop, height, rowHeight, count);
    if (near && count > 0 && askedAt.current !== count) onNearEnd?.();
    askedAt.current = near ? count : -1;
  };

  const tellFirst = (scrollTop: number, height: number) => {
    if (height > 0) onSee?.(Math.floor(scrollTop / rowHeight));
  };

  const look = () => {
    const { scrollTop = 0, clientHeight: height = 0 } = view.current ?? {};
    see(scrollTop, height);
    tellFirst(scrollTop, height);
    askNearEnd(scrollTop, height);
  };

  const latest = useRef(look);
  latest.current = look;

  const anchor = useRowAnchor({ view, rows, rowHeight, count, keyOf, range });
  // What was seen last is enough here: asking the page for its measures would lay it out once more before each frame.
  useLayoutEffect(() => {
    askNearEnd(seen.scrollTop, seen.height);
    tellFirst(anchor.scrollTop.current, seen.height);
  });
  useLayoutEffect(() => {
    if (!view.current) return;
    // It tells the height for the first time before the first frame.
    const resized = new ResizeObserver(() => latest.current());
    resized.observe(view.current);
    return () => resized.disconnect();
  }, []);

  const handle: VirtualListHandle = {
    scrollToIndex(index) {
      const { scrollTop, clientHeight } = view.current ?? { scrollTop: 0, clientHeight: 0 };
      handle.scrollTop = scrollTopFor(index, rowHeight, scrollTop, clientHeight);
    },
    get scrollTop() {
      return view.current?.scrollTop ?? 0;
    },
    set scrollTop(value) {
      if (!view.current) return;
      view.current.scrollTop = value;
      anchor.note();
      latest.current();
    },
    get element() {
      return view.current;
    },
  };
  useImperativeHandle(listRef ?? null, () => handle, [rowHeight]);

  return (
    <div
      class="virtual-list"
      ref={view}
      onScroll={() => {
        anchor.note();
        look();
      }}
      {...anchor.pointer}
    >
      <ul class="virtual-rows" aria-label={label} ref={rows} style={{ blockSize: `${count * rowHeight}px` }}>
        {[...kept.rows.values()]}
      </ul>
      {children}
    </div>
  );
}
