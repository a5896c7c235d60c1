import type { Api } from '../../platform/api/api.ts';
import type { SyncApi } from '../../platform/api/sync-api.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { readHeld } from './compare-held.ts';
import { compareScreen, type ScreenComparison } from './sync-screen.ts';

/** How often, and how far apart, records that were just written are compared again before the check ends. */
const AGAIN = 4;
const AGAIN_AFTER_MS = 400;

/** @throws the reason of the signal, as soon as it aborts */
async function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, AGAIN_AFTER_MS);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  await promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
}

interface Options {
  workspace: Pick<Workspace, 'leads' | 'live' | 'closed'>;
  api: Api;
  door: SyncApi;
  /** After each reply: records compared, of how many. */
  onProgress(done: number, total: number): void;
}

/** Compares what is on the screen with what is stored. */
export function createScreenCheck({ workspace, api, door, onProgress }: Options) {
  const { live, closed } = workspace;
  let keys: readonly string[] = [];

  /** All of it, or only what was just being written. */
  async function compare(only: ReadonlySet<string> | null): Promise<ScreenComparison> {
    const held = await readHeld(workspace, api, closed);
    if (!only) keys = held.map(({ key }) => key);
    const records = only ? held.filter(({ key }) => only.has(key)) : held;
    return compareScreen(records, {
      reader: door.reader(closed),
      row: (key, nonce) => door.row(key, nonce, closed),
      signal: closed,
      onProgress: (done) => onProgress(done, records.length),
    });
  }

  return {
    /** Of the records that the last run was about. */
    keys: () => keys,
    /** Records that somebody has just written are read by the feed, and then compared again. @throws Failure */
    async run(): Promise<ScreenComparison> {
      let result = await compare(null);
      for (let turn = 0; turn < AGAIN && result.pending.length > 0 && result.findings.length === 0; turn++) {
        if (turn > 0) await pause(closed);
        await live.poll(closed);
        const { compared, withheld, pages } = result;
        const again = await compare(new Set(result.pending));
        result = {
          ...again,
          compared: compared + again.compared,
          withheld: withheld + again.withheld,
          pages: [...pages, ...again.pages],
        };
      }
      return result;
    },
  };
}
