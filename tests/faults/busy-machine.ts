import { availableParallelism, loadavg } from 'node:os';

/** A time of the contract, which is for a machine of one's own; programs that share its processors make it longer. */
export function onBusyMachine(ms: number): number {
  const waitingForEachProcessor = (loadavg()[0] ?? 0) / availableParallelism();
  return ms * Math.min(5, Math.max(1, waitingForEachProcessor));
}
