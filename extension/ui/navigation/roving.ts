interface Row {
  count: number;
  current: number;
  /** The row is read from right to left: the arrows turn around with it. */
  rtl?: boolean;
  vertical?: boolean;
}

/** Where an arrow, Home or End leads in a row of controls that is one tab stop; null for any other key. It goes around. */
export function rovingTarget(key: string, { count, current, rtl = false, vertical = false }: Row): number | null {
  if (count === 0) return null;
  const [back, forward] = vertical
    ? ['ArrowUp', 'ArrowDown']
    : rtl
      ? ['ArrowRight', 'ArrowLeft']
      : ['ArrowLeft', 'ArrowRight'];
  if (key === forward) return (current + 1) % count;
  if (key === back) return (Math.max(current, 0) - 1 + count) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
}

/** Whether an element is read from right to left. */
export function isRtl(element: Element): boolean {
  return getComputedStyle(element).direction === 'rtl';
}
