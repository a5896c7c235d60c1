import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import type { Check } from '../../../extension/proof/check/check.ts';
import { tab, useCrm } from './crm.ts';

const crm = useCrm({ acceptDownloads: true, colorScheme: 'dark' });

beforeAll(async () => {
  // Stands in for the dialog of the browser, which no test could close.
  await crm.extension().context.addInitScript(() => {
    window.print = () => {
      document.documentElement.dataset.printed = document.querySelector('.verdict-title')?.textContent ?? 'nothing';
    };
  });
  await crm.api().request('POST', '/seed');
});

async function openSync(surface: 'popup' | 'tab'): Promise<Page> {
  const page = await crm.open(surface);
  await tab(page, 'Sync').click();
  await page.getByTestId('verdict').getByText('CRM data is synced').waitFor();
  return page;
}

const printed = (page: Page) => page.evaluate(() => document.documentElement.dataset.printed);

it('goes into a file that says what the screen says, without a key', async () => {
  const page = await openSync('popup');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download JSON' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^sync-check-\d{4}-\d\d-\d\d\.json$/);
  const text = await readFile(await file.path(), 'utf8');
  const evidence = JSON.parse(text) as ReturnType<Check['evidence']>;
  expect(evidence.check).toMatchObject({ state: 'synced', rows: 12 });
  await page.getByText(`${evidence.check?.rows} rows compared`).waitFor();
  const counts = evidence.report?.counts;
  await page.getByRole('row', { name: `Leads ${counts?.leads.rows} ${counts?.leads.indexed}` }).waitFor();
  await page.getByRole('row', { name: `Orders ${counts?.orders.rows} ${counts?.orders.indexed}` }).waitFor();
  expect(evidence.screen?.pages[0]?.received).toBe(evidence.screen?.pages[0]?.stored);
  expect(text).not.toContain(crm.api().adminKey);
  expect(text).not.toContain('example.com');
  await page.close();
});

it('is printed by a tab as it stands: in light colours, unfolded, with nothing to press', async () => {
  const page = await openSync('tab');
  await page.getByRole('button', { name: 'Print' }).click();
  expect(await printed(page)).toBe('CRM data is synced');
  await page.reload();
  await page.getByTestId('verdict').getByText('CRM data is synced').waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.getByText('full_page_writes').first().waitFor();
  for (const gone of ['Download JSON', 'Check Sync', 'Run Connection Tests']) {
    expect(await page.getByRole('button', { name: gone }).count(), gone).toBe(0);
  }
  expect(await page.getByText('Backend Connected').isVisible()).toBe(false);
  expect(await page.getByText(/^Vision Studio CRM.* · http/).isVisible()).toBe(true);
  const paper = await page.evaluate(() => ({
    ground: getComputedStyle(document.querySelector('.card') as Element).backgroundColor,
    // Nothing scrolls inside of the page, so that all of it is on paper.
    overflow: getComputedStyle(document.querySelector('.screen') as Element).overflowY,
  }));
  expect(paper).toEqual({ ground: 'rgb(255, 255, 255)', overflow: 'visible' });
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.byteLength).toBeGreaterThan(10_000);
  await page.close();
});

it('is printed from the popup by a tab that checks again', async () => {
  const popup = await openSync('popup');
  const opened = crm.extension().context.waitForEvent('page');
  await popup.getByRole('button', { name: 'Print' }).click();
  const page = await opened;
  await expect.poll(() => printed(page)).toBe('CRM data is synced');
  expect(page.url()).toMatch(/\/tab\.html$/);
  await page.close();
  await popup.close();
});
