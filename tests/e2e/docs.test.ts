import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../rig/api.ts';
import { launchBrowser } from '../rig/browser.ts';

let api: TestApi;
let browser: Browser;
beforeAll(async () => {
  api = await startApi();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

it('the page of the API lists its routes, sends a request, and asks nobody else', async () => {
  const page = await browser.newPage();
  // The viewer draws every route at once, which a busy machine takes long for.
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:') hosts.add(origin);
  });
  await page.goto(`${api.url}/docs`);
  await page.locator('#operations-default-getLeads').waitFor();

  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.locator('.modal-ux input').fill(api.adminKey);
  await page.locator('.modal-ux').getByRole('button', { name: 'Apply credentials' }).click();
  await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).last().click();

  const capture = page.locator('#operations-default-postLeads');
  await capture.getByRole('button').first().click();
  await capture.getByRole('button', { name: 'Try it out' }).click();
  const replied = page.waitForResponse((response) => response.request().method() === 'POST');
  await capture.getByRole('button', { name: 'Execute' }).click();
  expect((await replied).status()).toBe(201);

  const listing = page.locator('#operations-default-getLeads');
  await listing.getByRole('button').first().click();
  await listing.getByRole('button', { name: 'Try it out' }).click();
  const listed = page.waitForResponse((response) => new URL(response.url()).pathname === '/leads');
  await listing.getByRole('button', { name: 'Execute' }).click();
  expect(await (await listed).json()).toMatchObject({ success: true, leads: [{ email: 'ann@example.com' }] });

  expect(complaints).toEqual([]);
  expect([...hosts]).toEqual([api.url]);
}, 240_000);
