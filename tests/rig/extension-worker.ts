import type { CDPSession, Worker } from 'playwright';

export interface ExtensionWorker {
  /** The worker's global scope; starts it when it does not run. */
  worker(): Promise<Worker>;
  /** Whether it runs now. */
  isWorkerRunning(): boolean;
  /** Ends the worker, as Chromium does with an idle one. The next event starts it again. */
  stopWorker(): Promise<void>;
}

type Status = 'stopped' | 'starting' | 'running' | 'stopping';

/**
 * Watches and steers the extension's service worker. Playwright gives one object for all lives of the worker and does not
 * tell them apart; the browser does.
 * @param devtools a session of a page of the extension
 */
export async function controlWorker(devtools: CDPSession, worker: Worker, scopeURL: string): Promise<ExtensionWorker> {
  let status: Status = 'running';
  const waiting = new Set<() => void>();
  devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { scriptURL, runningStatus } of versions) if (scriptURL === worker.url()) status = runningStatus;
    for (const look of waiting) look();
  });
  const until = (wanted: Status) =>
    new Promise<void>((done) => {
      const look = () => {
        if (status !== wanted) return;
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      look();
    });
  await devtools.send('ServiceWorker.enable');

  return {
    isWorkerRunning: () => status === 'running',
    async worker() {
      if (status !== 'running') await devtools.send('ServiceWorker.startWorker', { scopeURL });
      await until('running');
      return worker;
    },
    async stopWorker() {
      await devtools.send('ServiceWorker.stopAllWorkers');
      await until('stopped');
    },
  };
}
