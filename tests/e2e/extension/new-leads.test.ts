import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { row, tab, useCrm } from './crm.ts';

const crm = useCrm();

const pill = (page: Page) => page.getByRole('button', { name: /^\d+ new$/ });
const list = (page: Page) => page.locator('.virtual-list');
const scrollTo = (page: Page, top: number) => list(page).evaluate((element, to) => element.scrollTo(0, to), top);

it('a list that was empty shows all that came, and calls none of it new above', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await page.locator('.list-pane').getByRole('button', { name: 'Seed Data' }).click();
  await row(page, 'David Lim').waitFor();
  expect(await pill(page).count()).toBe(0);
  await page.close();
});

it('at the top of the list what comes is there, and nothing else says so', async () => {
  for (let i = 0; i < 20; i++) await crm.capture({ email: `row${i}@example.com`, name: `Row ${i}` });
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Row 19').waitFor();
  await crm.capture({ email: 'top@example.com', name: 'Topmost' });
  await row(page, 'Topmost').waitFor();
  expect(await list(page).evaluate((element) => element.scrollTop)).toBe(0);
  expect(await pill(page).count()).toBe(0);
  await page.close();
});

it('further down it counts those above that are out of sight and still there', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Topmost').waitFor();
  await scrollTo(page, 400);
  const first = await crm.capture({ email: 'first@example.com', name: 'First above' });
  await crm.capture({ email: 'second@example.com', name: 'Second above' });
  await page.getByRole('button', { name: '2 new', exact: true }).waitFor();
  await crm.api().request('DELETE', `/leads/${first}`);
  await page.getByRole('button', { name: '1 new', exact: true }).waitFor();
  await scrollTo(page, 51);
  await pill(page).waitFor({ state: 'detached' });
  await scrollTo(page, 400);
  await row(page, 'Row 6').waitFor();
  expect(await pill(page).count()).toBe(0);
  await page.close();
});
