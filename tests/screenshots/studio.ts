import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect } from 'vitest';
import { encodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { type Extension, openExtension, type Surface } from '../rig/extension.ts';
import { type FaultyProxy, startFaultyProxy } from '../rig/faulty-proxy.ts';
import { FOLDER } from './folder.ts';

/** Of the header, as a person would name it. */
const NAME = 'Studio';

/** One user of a surface in one colour scheme, with an API of their own. */
export function useStudio(surface: Surface, options: Parameters<typeof openExtension>[0]) {
  let api: TestApi;
  let proxy: FaultyProxy;
  let extension: Extension;
  beforeAll(async () => {
    await mkdir(FOLDER, { recursive: true });
    [api, extension] = await Promise.all([startApi(), openExtension({ reducedMotion: 'reduce', ...options })]);
    proxy = await startFaultyProxy(api.url);
  });
  afterAll(async () => {
    await extension?.close();
    await proxy?.close();
    await api?.close();
  });
  return {
    api: () => api,
    proxy: () => proxy,
    extension: () => extension,
    async connect(): Promise<Page> {
      const page = await extension.open(surface);
      await page.getByLabel('Connection code').fill(encodeConnectionCode({ url: proxy.url, key: api.adminKey }));
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByText('Backend Connected').waitFor();
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByLabel('Name of the connection').fill(NAME);
      await page.getByRole('button', { name: 'Rename' }).click();
      await page.getByRole('button', { name: 'Back', exact: true }).click();
      return page;
    },
  };
}

/** Takes the picture `screenshots/<name>.png` of what stands still. */
export async function shoot(page: Page, name: string, { isMoving = false } = {}): Promise<void> {
  // Charts and toasts are part of the picture only once they are there, and gone.
  if (!isMoving) await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  expect(name).toMatch(/^[a-z0-9-]+$/);
}

export async function closeToasts(page: Page): Promise<void> {
  const close = page.locator('.toasts').getByRole('button', { name: 'Dismiss' });
  while ((await close.count()) > 0) await close.first().click();
}

/** Shows one of the sections. */
export const openTab = (page: Page, tab: string) =>
  page
    .getByRole('navigation')
    .getByRole('tab', { name: new RegExp(`^${tab}`) })
    .click();

const schemes = ['light', 'dark'] as const;
const surfaces = ['popup', 'sidepanel', 'tab'] as const;
/** Each surface in each colour scheme. */
export const looks = surfaces.flatMap((surface) => schemes.map((colorScheme) => ({ surface, colorScheme })));
