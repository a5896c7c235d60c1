import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a start of Node takes on a machine of one's own. */
const NODE_START_MS = 50;

/**
 * How many times slower than a machine of its own this one is right now, at least 1. A promise in seconds is for a machine
 * that does nothing else; this is what it is multiplied with where it is kept to.
 */
async function slowness(): Promise<number> {
  const begun = performance.now();
  await promisify(execFile)(process.execPath, ['--eval', '0']);
  return Math.max(1, (performance.now() - begun) / NODE_START_MS);
}

/**
 * Does something that has to be over within a time of the contract.
 * @throws when it takes longer, by the slower of what the machine was before and after
 */
export async function within(promisedMs: number, work: () => Promise<unknown>): Promise<{ ms: number }> {
  const before = await slowness();
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  const allowed = promisedMs * Math.max(before, await slowness());
  if (ms > allowed)
    throw new Error(`Took ${Math.round(ms)} ms, where ${Math.round(allowed)} is the promise on this machine.`);
  return { ms };
}
