import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startApi, type TestApi } from './api.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';

/**
 * One API for all tests of a file, and a proxy in front of it that lets everything pass when a test begins.
 * @param take is given both before the first test
 */
export function useProxiedApi(take: (made: { api: TestApi; proxy: FaultyProxy }) => void): void {
  let api: TestApi;
  let proxy: FaultyProxy;
  beforeAll(async () => {
    api = await startApi();
    proxy = await startFaultyProxy(api.url);
    take({ api, proxy });
  });
  afterAll(async () => {
    await proxy?.close();
    await api?.close();
  });
  beforeEach(() => proxy.set('pass'));
}
