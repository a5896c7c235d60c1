import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { findKey, type Range } from './visible-range.ts';

interface List {
  view: RefObject<HTMLElement | null>;
  rows: RefObject<HTMLElement | null>;
  rowHeight: number;
  count: number;
  keyOf(index: number): string;
  range: Range;
}

/**
 * Keeps the row that one points at, or else the first one in view, where it is while rows come and go above it. At the
 * very top, with the pointer elsewhere, it lets new rows show.
 */
export function useRowAnchor({ view, rows, rowHeight, count, keyOf, range }: List) {
  const scrollTop = useRef(0);
  /** The pointer's height in the list; null while it is elsewhere. */
  const pointer = useRef<number | null>(null);
  /** The keys as they were drawn last: the next ones are known only when it is too late to ask for these. */
  const drawn = useRef<{ start: number; keys: string[] }>({ start: 0, keys: [] });

  useLayoutEffect(() => {
    const element = view.current;
    const index = Math.floor((scrollTop.current + (pointer.current ?? 0)) / rowHeight);
    const key = drawn.current.keys[index - drawn.current.start];
    const isFree = scrollTop.current <= 0 && pointer.current === null;
    if (element && key !== undefined && !isFree) {
      const now = findKey(key, index, count, keyOf);
      if (now >= 0 && now !== index) {
        const wanted = Math.max(0, scrollTop.current + (now - index) * rowHeight);
        // A short list has nothing to scroll yet: it is made longer while the pointer stays.
        if (rows.current) rows.current.style.minBlockSize = `${wanted + element.clientHeight}px`;
        element.scrollTop = wanted;
        scrollTop.current = element.scrollTop;
        if (pointer.current === null) release();
      }
    }
    const keys = Array.from({ length: range.end - range.start }, (_, offset) => keyOf(range.start + offset));
    drawn.current = { start: range.start, keys };
  });

  const note = () => {
    scrollTop.current = view.current?.scrollTop ?? 0;
  };
  const release = () => {
    if (rows.current) rows.current.style.minBlockSize = '';
    note();
  };
  const point = (event: PointerEvent) => {
    pointer.current = event.clientY - (view.current?.getBoundingClientRect().top ?? 0);
  };
  return {
    /** How far the list is scrolled, without asking the page. */
    scrollTop,
    /** To be called whenever the list was scrolled. */
    note,
    /** Handlers of the list's own element. */
    pointer: {
      onPointerEnter: point,
      onPointerMove: point,
      onPointerLeave: () => {
        pointer.current = null;
        release();
      },
    },
  };
}
