import { expect, it } from 'vitest';
import { servePages } from '../../rig/pages.ts';
import { openLead, row, tab, useCrm } from './crm.ts';

const crm = useCrm();

it('shows a lead from the form in the open popup, on the badge and in the table', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await page.getByText('No leads yet').waitFor();
  const site = await servePages(crm.api().url);
  const visitor = await crm.extension().context.newPage();
  await visitor.goto(site.at('plain'));
  await visitor.getByLabel(/name/i).first().fill('Lena from the form');
  await visitor.getByLabel(/email/i).first().fill('lena@example.com');
  await visitor.locator('[part=submit]').click();
  await visitor.locator('[part=thanks]').waitFor();
  await row(page, 'Lena from the form').waitFor();
  const [stored] = await crm
    .api()
    .sql<{ count: string }>(
      `select count(*) from kv_store_3cbf86a5 where key like 'lead:%' and value ->> 'email' = 'lena@example.com'`,
    );
  expect(stored?.count).toBe('1');
  await expect.poll(async () => (await crm.extension().badge()).text).toBe('1');
  await visitor.close();
  await page.close();
  await site.close();
});

it('shows what was changed, added and deleted by SQL, in the list and in the open lead', async () => {
  const id = await crm.capture({ email: 'mona@example.com', name: 'Mona' });
  const page = await crm.open();
  await openLead(page, 'Mona');
  await crm
    .api()
    .sql(`update kv_store_3cbf86a5 set value = value || '{"name": "Mona Lim", "status": "lost"}' where key = $1`, [
      `lead:${id}`,
    ]);
  await page.getByRole('heading', { level: 1, name: 'Mona Lim' }).waitFor();
  await page.getByText('Edited outside the app').first().waitFor();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await row(page, 'Mona Lim').getByText('Lost').waitFor();
  await crm.api().sql('delete from kv_store_3cbf86a5 where key = $1', [`lead:${id}`]);
  await row(page, 'Mona Lim').waitFor({ state: 'detached' });
  await page.close();
});

it('never moves the row under the pointer: what is new stands above, and says how many', async () => {
  for (let i = 0; i < 20; i++) await crm.capture({ email: `row${i}@example.com`, name: `Row ${i}` });
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Row 19').hover();
  const before = await row(page, 'Row 19').boundingBox();
  await crm.capture({ email: 'newcomer@example.com', name: 'Newcomer' });
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(await row(page, 'Row 19').boundingBox()).toEqual(before);
  await page.getByRole('button', { name: '1 new' }).click();
  await row(page, 'Newcomer').waitFor();
  await page.close();
});

it('marks what came since the last look', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Newcomer').waitFor();
  await page.close();
  await crm.capture({ email: 'unseen@example.com', name: 'Unseen' });
  const again = await crm.open();
  await row(again, 'Unseen').and(again.locator('[data-unseen]')).waitFor();
  expect(await again.locator('[data-unseen]').count()).toBe(1);
  await again.close();
});

it('says that the backend is away, on the screen and on the badge, and comes back by itself', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Unseen').waitFor();
  crm.proxy().set('refuse');
  await page.getByText('Backend Offline').waitFor();
  await page.getByText('What you see was read before that').waitFor();
  await expect.poll(async () => (await crm.extension().badge()).text).toBe('!');
  const hidden = await crm.capture({ email: 'meanwhile@example.com', name: 'Meanwhile' });
  expect(hidden).toMatch(/^lead_/);
  crm.proxy().set('pass');
  await page.getByText('Backend Connected').waitFor();
  await row(page, 'Meanwhile').waitFor();
  await expect.poll(async () => (await crm.extension().badge()).text).not.toBe('!');
  await page.close();
});
