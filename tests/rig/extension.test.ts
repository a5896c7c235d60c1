import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Extension, openExtension } from './extension.ts';

let extension: Extension;
beforeAll(async () => {
  extension = await openExtension();
});
afterAll(() => extension?.close());

it.each(['popup', 'sidepanel', 'tab'] as const)('the %s opens without a complaint of the browser', async (surface) => {
  const complaints: string[] = [];
  extension.context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  const page = await extension.open(surface);
  await page.getByLabel('Connection code').waitFor();
  await page.close();
  expect(complaints).toEqual([]);
});

it('what is kept can be read while the worker is stopped', async () => {
  const worker = await extension.worker();
  await worker.evaluate("chrome.storage.session.set({ 'of the test': 1 })");
  await extension.stopWorker();
  expect((await extension.storage()).session).toMatchObject({ 'of the test': 1 });
  expect(await extension.badge()).toEqual({ text: expect.any(String), color: expect.stringMatching(/^#[0-9a-f]{6}$/) });
  expect(extension.isWorkerRunning()).toBe(false);
});

it('a stopped worker starts again', async () => {
  await extension.stopWorker();
  const worker = await extension.worker();
  expect(await worker.evaluate(() => location.protocol)).toBe('chrome-extension:');
  await vi.waitUntil(() => extension.isWorkerRunning());
});
