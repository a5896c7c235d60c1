import { vi } from 'vitest';
import { PATIENCE_MS } from './patience.ts';

/** Waits until a check passes, that is, throws no more. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: PATIENCE_MS, interval: 20 });

/**
 * Waits until a condition holds.
 * @param interval between two looks, in ms
 * @returns what the condition gave, which is neither false nor empty
 */
export const waitUntil = <T>(condition: () => T | Promise<T>, interval = 5) =>
  vi.waitUntil(condition, { timeout: PATIENCE_MS, interval });
