import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { tab, useCrm } from './crm.ts';

const crm = useCrm();

const card = (page: Page) => page.getByRole('region', { name: 'Test Connection' });
const test = (page: Page, id: string) => page.locator(`[data-step=${id}]`);

async function run(page: Page): Promise<void> {
  await card(page).getByRole('button', { name: 'Run Connection Tests' }).click();
}

it('passes five of five, by the keyboard alone, and shows what it compared', async () => {
  const page = await crm.open();
  await tab(page, 'Sync').click();
  await card(page).getByRole('button', { name: 'Run Connection Tests' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('5/5 tests passing', { exact: true }).waitFor();
  const evidence = test(page, 'write').getByText('Evidence');
  expect(await test(page, 'write').getByText('our own mark is in it').isVisible()).toBe(false);
  await page.keyboard.press('Tab');
  for (let at = 0; at < 3; at++) await page.keyboard.press('Tab');
  expect(await evidence.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Enter');
  await test(page, 'write').getByText('our own mark is in it').waitFor();
  await test(page, 'write').getByText('the same by Postgres twice and by this browser').waitFor();
  await page.close();
});

it('says when they were run, and goes neutral once something has happened since', async () => {
  const page = await crm.open();
  await tab(page, 'Sync').click();
  await run(page);
  await page.getByText('5/5 tests passing', { exact: true }).waitFor();
  await card(page).locator('.tests-verdict time').waitFor();
  expect(await card(page).locator('.tests-verdict').getAttribute('data-tone')).toBe('good');
  await crm.capture({ email: 'later@example.com' });
  await card(page).getByText(', not checked since').waitFor();
  expect(await card(page).locator('.tests-verdict').getAttribute('data-tone')).toBe('neutral');
  await run(page);
  await expect.poll(() => card(page).locator('.tests-verdict').getAttribute('data-tone')).toBe('good');

  crm.proxy().set('refuse');
  await card(page).getByText(', not checked since').waitFor();
  const offline = page.getByRole('region', { name: 'Backend Offline' });
  await offline.getByText(/^Offline since .*\d:\d\d:\d\d/).waitFor();
  await tab(page, 'Leads').click();
  await offline.getByRole('button', { name: 'Test Connection' }).click();
  await card(page).getByRole('button', { name: 'Run Connection Tests' }).waitFor();
  crm.proxy().set('pass');
  await page.close();
});

it('keeps nothing: neither in storage nor on the tab that is left', async () => {
  const page = await crm.open();
  const before = JSON.stringify((await crm.extension().storage()).local);
  await tab(page, 'Sync').click();
  await run(page);
  await page.getByText('5/5 tests passing', { exact: true }).waitFor();
  await tab(page, 'Overview').click();
  await tab(page, 'Sync').click();
  await card(page).waitFor();
  expect(await page.getByText('tests passing').count()).toBe(0);
  expect(JSON.stringify((await crm.extension().storage()).local)).toBe(before);
  expect(JSON.stringify((await crm.extension().storage()).session)).not.toContain('canary');
  await page.close();
});

it.each([
  [
    'CORS at the gateway',
    { status: 502, headers: { 'access-control-allow-origin': 'https://elsewhere.example' } },
    /CORS at the gateway: .* answers, but without the header/,
  ],
  [
    'another address as the answer',
    { status: 302, headers: { location: 'https://login.example/' } },
    /sends requests on to another address/,
  ],
  ['the page of a network', 'html', /A page came back in place of the API/],
  ['a paused project', { status: 540, json: {} }, /The Supabase project is paused/],
] as const)('names %s, and what to do', async (_, mode, sentence) => {
  const page = await crm.open();
  await tab(page, 'Sync').click();
  crm.proxy().set(mode);
  await run(page);
  await test(page, 'reach').getByText(sentence).waitFor();
  await page.getByText('0/5 tests passing', { exact: true }).waitFor();
  await page.getByText('4 not checked', { exact: true }).waitFor();
  expect(await test(page, 'reach').locator('.remedy').innerText()).not.toBe('');
  crm.proxy().set('pass');
  await run(page);
  await page.getByText('5/5 tests passing', { exact: true }).waitFor();
  await page.close();
});

it('names a gateway that refuses the question of the browser whether a key may be sent', async () => {
  const page = await crm.open();
  await tab(page, 'Sync').click();
  crm.proxy().set('refuse', ({ method }) => method === 'OPTIONS');
  await run(page);
  // A question of its own for each address; browsers remember the answer for those that were asked before.
  await test(page, 'sync')
    .getByText(/refuses the browser's question \(preflight, OPTIONS\)/)
    .waitFor();
  expect(await test(page, 'reach').getAttribute('data-state')).toBe('passed');
  crm.proxy().set('pass');
  await page.close();
});

it('says in a fault of the schema which statement mends it, and that statement does', async () => {
  const page = await crm.open();
  await tab(page, 'Sync').click();
  await crm.api().sql('alter table kv_store_3cbf86a5 disable trigger crm_log_write');
  await run(page);
  await page.getByText('3/5 tests passing', { exact: true }).waitFor();
  const statement = await test(page, 'schema').locator('.remedy-statement code').innerText();
  expect(statement).toContain('enable trigger crm_log_write');
  await crm.api().sql(statement);
  await run(page);
  await page.getByText('5/5 tests passing', { exact: true }).waitFor();
  await page.close();
});
