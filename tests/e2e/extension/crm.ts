/** The real API, the real built extension in a browser, and what its user does with them. */
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect } from 'vitest';
import { encodeConnectionCode } from '../../../shared/contract/connection-code.ts';
import { startApi, type TestApi } from '../../rig/api.ts';
import { type Extension, openExtension } from '../../rig/extension.ts';
import { type FaultyProxy, startFaultyProxy } from '../../rig/faulty-proxy.ts';

type LaunchOptions = Parameters<typeof openExtension>[0];

/** One user with a browser, before an API that a proxy stands in front of. */
export interface Crm {
  api(): TestApi;
  proxy(): FaultyProxy;
  extension(): Extension;
  /** Sends a lead as a form does. @returns its id */
  capture(lead: Record<string, unknown>): Promise<string>;
  /** The stored value of a lead, straight from the table. */
  stored(id: string): Promise<Record<string, unknown> | undefined>;
  /** Opens a surface that is connected, by pasting the code where it is not yet. */
  open(surface?: 'popup' | 'sidepanel' | 'tab', key?: string): Promise<Page>;
}

/** Sets up API, proxy and browser for the tests of one file. */
export function useCrm(options: LaunchOptions = {}): Crm {
  let api: TestApi;
  let proxy: FaultyProxy;
  let extension: Extension;
  beforeAll(async () => {
    [api, extension] = await Promise.all([startApi(), openExtension(options)]);
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
    async capture(lead) {
      const reply = await api.request('POST', '/leads', { key: null, body: lead });
      expect(reply.status, await reply.clone().text()).toBeLessThan(300);
      return ((await reply.json()) as { leadId: string }).leadId;
    },
    async stored(id) {
      const [row] = await api.sql<{ value: Record<string, unknown> }>(
        'select value from kv_store_3cbf86a5 where key = $1',
        [`lead:${id}`],
      );
      return row?.value;
    },
    async open(surface = 'popup', key = api.adminKey) {
      const page = await extension.open(surface);
      const field = page.getByLabel('Connection code');
      const connected = page.getByText('Backend Connected');
      await field.or(connected).first().waitFor();
      if (await field.isVisible()) await paste(page, encodeConnectionCode({ url: proxy.url, key }));
      await connected.waitFor();
      return page;
    },
  };
}

/** Pastes a connection code and presses Connect. */
export async function paste(page: Page, code: string): Promise<void> {
  await page.getByLabel('Connection code').fill(code);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

/** One of the app's own tabs; a screen may have others. */
export const tab = (page: Page, name: string): Locator =>
  page.getByRole('tablist', { name: 'Sections' }).getByRole('tab', { name: new RegExp(`^${name}`) });

/** The row of a lead in the list. */
export const row = (page: Page, name: string): Locator =>
  page.locator('.list-pane .lead-row').filter({ hasText: name });

/** Opens a lead from the list. */
export async function openLead(page: Page, name: string): Promise<void> {
  await tab(page, 'Leads').click();
  await row(page, name).locator('.lead-open').click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

export const notes = (page: Page): Locator => page.getByRole('textbox', { name: 'Notes' });
export const save = (page: Page): Locator => page.getByRole('button', { name: 'Save', exact: true });
