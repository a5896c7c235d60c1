import type { RefObject } from 'preact';

/** Shows what a press has led to, once it is drawn: by the shortest way, and without a motion to wait for. */
export function bringIntoView(result: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() => result.current?.scrollIntoView({ block: 'nearest' }));
}
