import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import { openLead, row, tab, useCrm } from './crm.ts';

const crm = useCrm();
const ids: Record<string, string> = {};

beforeAll(async () => {
  for (const name of ['Cem', 'Bo', 'Ada'])
    ids[name] = await crm.capture({ email: `${name}@example.com`, name, message: 'A sofa' });
});

/** Whose row has the focus, or else what kind of field. */
const focused = (page: Page) =>
  page.evaluate(
    () =>
      document.activeElement?.closest('.lead-row')?.querySelector('.lead-name')?.textContent ??
      document.activeElement?.getAttribute('type'),
  );

async function openLeads(): Promise<Page> {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Cem').waitFor();
  return page;
}

it('goes from the search to the rows by an arrow or Enter, and opens nothing on the way', async () => {
  const page = await openLeads();
  for (const key of ['ArrowDown', 'Enter']) {
    await page.keyboard.press('/');
    await page.keyboard.press(key);
    await expect.poll(() => focused(page)).toBe('Ada');
  }
  expect(await page.getByRole('heading', { level: 1, name: 'Leads' }).count()).toBe(1);
  await page.close();
});

it('waits for what is searched before it goes to the first of it', async () => {
  const page = await openLeads();
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  crm.proxy().set({ rewrite: (body) => asked.then(() => body) }, ({ path }) => path.includes('q=bo'));
  await page.keyboard.press('/');
  await page.keyboard.type('bo@');
  await page.keyboard.press('Enter');
  await page.locator('.list-area[aria-busy=true]').waitFor();
  expect(await focused(page)).toBe('search');
  answer();
  await expect.poll(() => focused(page)).toBe('Bo');
  expect(await row(page, 'Ada').count()).toBe(0);
  crm.proxy().set('pass');
  await page.close();
});

it('clears the search by Esc, and leaves the empty one for the row it stood on', async () => {
  const page = await openLeads();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focused(page)).toBe('Bo');
  await page.keyboard.press('/');
  await page.keyboard.type('nobody has this');
  await page.getByText('No lead matches.').waitFor();
  await page.keyboard.press('Escape');
  await row(page, 'Ada').waitFor();
  expect(await focused(page)).toBe('search');
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('Bo');
  await page.close();
});

it('finds the rows by an arrow from anywhere in the list that has no use for one', async () => {
  const page = await openLeads();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => focused(page)).toBe('Ada');
  await page.keyboard.press('End');
  await expect.poll(() => focused(page)).toBe('Cem');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focused(page)).toBe('Cem');
  await page.getByLabel('Select Bo').click();
  await page.keyboard.press('x');
  expect(await page.getByLabel('Select Bo').isChecked()).toBe(false);
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => focused(page)).toBe('Ada');
  await page.close();
});

it('leaves fields and opened records their keys', async () => {
  const page = await openLeads();
  await page.keyboard.press('/');
  await page.keyboard.type('sx/e');
  expect(await page.getByLabel('Search leads').inputValue()).toBe('sx/e');
  await page.keyboard.press('Escape');
  await page.getByLabel('Source').focus();
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  expect(await page.getByLabel('Source').inputValue()).not.toBe('');
  await page.getByLabel('Source').selectOption('');
  await openLead(page, 'Bo');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('Bo');
  expect(await page.getByText('selected').count()).toBe(0);
  await page.close();
});

it('sets the status of those that are selected, not of the row it stands on', async () => {
  const page = await openLeads();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('s');
  await page.getByRole('menuitem', { name: 'Contacted' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('Cem');
  await page.keyboard.press('s');
  await page.locator('[role=menuitem]:focus').waitFor();
  await page.keyboard.press('l');
  await page.keyboard.press('Enter');
  await page.getByText('2 of 2 leads are lost now.').waitFor();
  for (const name of ['Ada', 'Bo']) expect((await crm.stored(ids[name] ?? ''))?.status).toBe('lost');
  expect((await crm.stored(ids.Cem ?? ''))?.status).toBe('new');
  expect(await focused(page)).toBe('Cem');
  await page.close();
});

it('goes from the search to the rows of users and orders too', async () => {
  await crm.api().request('POST', '/seed');
  const page = await crm.open();
  for (const name of ['Users', 'Orders']) {
    await tab(page, name).click();
    const first = page.locator('.list-pane .record-open').first();
    await first.waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => first.evaluate((element) => element === document.activeElement)).toBe(true);
  }
  await page.close();
});
