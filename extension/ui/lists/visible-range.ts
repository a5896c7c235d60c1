/** How many rows beyond the visible ones are drawn on either side, so that a quick turn of the wheel meets no gap. */
const OVERSCAN = 4;

export interface Range {
  start: number;
  /** The first row that is not drawn. */
  end: number;
}

/** The rows to draw: those that are seen, and some around them. */
export function visibleRange(scrollTop: number, height: number, rowHeight: number, count: number): Range {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const last = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight);
  const end = Math.min(count, last + OVERSCAN);
  return { start: Math.max(0, Math.min(first - OVERSCAN, end)), end };
}

/** Where to scroll so that a row is seen whole, by the shortest way; the same place where it is already. */
export function scrollTopFor(index: number, rowHeight: number, scrollTop: number, height: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - height);
}

/** Whether the last rows are so near that more are wanted: less than one more view away. */
export function isNearEnd(scrollTop: number, height: number, rowHeight: number, count: number): boolean {
  return scrollTop + 2 * height >= count * rowHeight;
}

/** Where the row with this key is now, searched outwards from where it was; -1 if it is gone. */
export function findKey(key: string, near: number, count: number, keyOf: (index: number) => string): number {
  for (let distance = 0; near - distance >= 0 || near + distance < count; distance++) {
    // Downwards first: rows mostly come in above.
    if (near + distance < count && keyOf(near + distance) === key) return near + distance;
    if (near - distance >= 0 && near - distance < count && keyOf(near - distance) === key) return near - distance;
  }
  return -1;
}
