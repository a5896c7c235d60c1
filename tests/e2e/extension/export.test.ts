import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { row, tab, useCrm } from './crm.ts';

const crm = useCrm({ acceptDownloads: true });

async function exported(page: Page, format: 'CSV' | 'JSON'): Promise<{ name: string; text: string }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: `Export as ${format}` }).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

it('writes every lead of the filter to a file: more than one page, and no formula among them', async () => {
  await crm.api().sql(
    `insert into kv_store_3cbf86a5 (key, value)
     select 'lead:' || id, jsonb_build_object('id', id, 'email', 'n' || n || '@example.com', 'name', '=1+' || n, 'status', 'new')
     from (select n, 'lead_' || (1770000000000 + n) || '_exported0' as id from generate_series(1, 450) as n) as made`,
  );
  await crm.capture({ email: 'other@example.com', name: 'Other', source: 'chatbot' });
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Other').waitFor();

  const json = await exported(page, 'JSON');
  await page.getByText('451 leads are in the file.').waitFor();
  const leads = JSON.parse(json.text) as { name: string }[];
  expect(leads).toHaveLength(451);
  expect(leads.filter(({ name }) => name === '=1+7')).toHaveLength(1);
  expect(json.name).toMatch(/^leads-\d{4}-\d\d-\d\d\.json$/);

  const csv = await exported(page, 'CSV');
  const lines = csv.text.replace(/^\ufeff/, '').split('\r\n');
  expect(lines).toHaveLength(452);
  expect(csv.text).toContain(`'=1+7`);
  expect(csv.text).not.toMatch(/(^|,|")=1\+/m);

  await page.getByLabel('Source').selectOption('chatbot');
  await expect.poll(() => page.locator('.list-pane .lead-row').count()).toBe(1);
  expect(JSON.parse((await exported(page, 'JSON')).text)).toHaveLength(1);
  await page.close();
});

it('scrolls through all of them with only those in sight in the page', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await page.getByLabel('Source').selectOption('');
  const list = page.locator('.virtual-list');
  const last = page.locator('[data-lead="lead_1770000000001_exported0"]');
  await expect
    .poll(async () => {
      await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      return last.count();
    })
    .toBe(1);
  expect(await page.locator('.list-pane .lead-row').count()).toBeLessThan(60);
  await page.close();
});
