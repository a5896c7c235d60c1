import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../rig/api.ts';
import { launchBrowser } from '../rig/browser.ts';
import { type Pages, servePages } from '../rig/pages.ts';
import { FOLDER } from './folder.ts';

const DESK = { width: 1200, height: 800 };
const PHONE = { width: 390, height: 844 };

let api: TestApi;
let pages: Pages;
let browser: Browser;

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  api = await startApi();
  pages = await servePages(api.url);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await api?.close();
});

async function shoot(
  name: string,
  options: BrowserContextOptions,
  url: string,
  prepare?: (page: Page) => Promise<void>,
) {
  const context = await browser.newContext({ viewport: DESK, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('button').first().waitFor();
  await prepare?.(page);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await context.close();
  expect(name).toMatch(/^[a-z-]+$/);
}

async function fill(page: Page) {
  await page.getByLabel(/name/i).first().fill('Amira Rahman');
  await page.getByLabel(/email/i).first().fill('amira@example.com');
}

async function send(page: Page) {
  await page.getByRole('button').first().click();
}

async function sent(page: Page) {
  await fill(page);
  await send(page);
  await page
    .getByText(/[a-z0-9]{9}/)
    .last()
    .waitFor();
  await page.getByRole('button').waitFor({ state: 'detached' });
}

it('the demo page', () => shoot('demo-light', {}, `${api.url}/`));
it('the demo page in the dark', () => shoot('demo-dark', { colorScheme: 'dark' }, `${api.url}/`));
it('the demo page after sending', () => shoot('demo-sent', {}, `${api.url}/`, sent));
it('narrow', () => shoot('form-narrow', { viewport: PHONE }, pages.at('plain'), fill));
it('dark', () => shoot('form-dark', { viewport: PHONE, colorScheme: 'dark' }, pages.at('dark'), fill));
it('with errors', () => shoot('form-errors', { viewport: PHONE }, pages.at('plain'), send));
it('thanks', () => shoot('form-thanks', { viewport: PHONE }, pages.at('plain'), sent));
it('right to left', () => shoot('form-rtl', { viewport: PHONE }, pages.at('rtl')));
it('every field', () => shoot('form-all-fields', { viewport: { width: 390, height: 1600 } }, pages.at('all-fields')));
it('offline', () =>
  shoot('form-offline', { viewport: PHONE }, pages.at('plain'), async (page) => {
    await fill(page);
    await page.context().setOffline(true);
    await send(page);
    await page.getByRole('alert').first().waitFor();
  }));
