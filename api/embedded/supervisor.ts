import { setTimeout as wait } from 'node:timers/promises';

export interface Supervised {
  /** Asked five times a second, so it has to be cheap. */
  isAlive: () => Promise<boolean>;
  restart: (signal: AbortSignal) => Promise<void>;
  log: (line: string) => void;
}

const LONGEST_PAUSE_MS = 1000;

/**
 * Watches a server and starts it again whenever it has died, for as long as it takes.
 * @returns a function that ends the watch and comes back when a restart that was going on has ended too
 */
export function supervise({ isAlive, restart, log }: Supervised): () => Promise<void> {
  const control = new AbortController();
  const { signal } = control;
  const watch = async () => {
    let pause = 0;
    for (;;) {
      await wait(200 + pause, undefined, { signal, ref: false });
      try {
        if (!(await isAlive())) await restart(signal);
        pause = 0;
      } catch (error) {
        if (signal.aborted) return;
        log(`PostgreSQL has stopped and could not be started again yet: ${(error as Error).message}`);
        // Short, since whatever stands in the way may end at any moment and leads are refused meanwhile.
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2 || 250);
      }
    }
  };
  const watching = watch().catch((error) => {
    if (!signal.aborted) throw error;
  });
  return async () => {
    control.abort();
    await watching;
  };
}
