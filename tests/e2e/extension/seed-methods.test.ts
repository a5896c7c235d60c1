/**
 * The document that the product grew from lists five ways to see that the CRM is in sync, and a challenge of 30 seconds. Each
 * is done here as it is written there, by a visitor, an admin and somebody with SQL.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Pages, servePages } from '../../rig/pages.ts';
import { tab, useCrm } from './crm.ts';

const crm = useCrm();
let site: Pages;
let visitor: Page;
let admin: Page;
const logs: string[] = [];

beforeAll(async () => {
  site = await servePages(crm.api().url);
  visitor = await crm.extension().context.newPage();
  visitor.on('console', (message) => logs.push(message.text()));
  await crm.capture({ email: 'first@example.com', name: 'The first' });
  admin = await crm.open('tab');
});
afterAll(() => site?.close());

/** What somebody sees who asks the table itself. */
const rows = () =>
  crm
    .api()
    .sql<{ key: string; value: unknown }>('select key, value from kv_store_3cbf86a5 order by key collate "C" desc');
const indexIn = (found: Awaited<ReturnType<typeof rows>>) =>
  found.find(({ key }) => key === 'leads:index')?.value as string[];
const total = () => admin.getByTestId('total-leads');

async function submitForm(name: string): Promise<void> {
  await visitor.goto(site.at('plain'));
  const form = visitor.locator('lead-form');
  await form.getByLabel(/^Name/).fill(name);
  await form.getByLabel(/^Email/).fill('visitor@example.com');
  await form.locator('[part=submit]').click();
  await form.locator('[part=thanks]').waitFor();
}

it('method 1: create data and check immediately', async () => {
  await total().getByText('1', { exact: true }).waitFor();
  await submitForm('Method One');
  await admin.reload();
  await total().getByText('2', { exact: true }).waitFor();
  await admin.getByText('Method One').first().waitFor();
});

it('method 2: use the sync checker', async () => {
  await tab(admin, 'Sync').click();
  const card = admin.getByRole('region', { name: 'Check Data Sync' });
  await card.getByRole('button', { name: 'Check Sync' }).click();
  await card.getByText('CRM data is synced').waitFor();
  const [counted] = await crm
    .api()
    .sql<{ count: string }>(`select count(*) from kv_store_3cbf86a5 where key ~ '^lead:lead_'`);
  expect(counted?.count).toBe('2');
  await card
    .getByRole('row', { name: /^Leads 2 2/ })
    .first()
    .waitFor();
});

it('method 3: the table beside it shows the new row', async () => {
  const before = await rows();
  await submitForm('Method Three');
  const after = await rows();
  expect(after).toHaveLength(before.length + 1);
  const added = after.filter(({ key }) => !before.some((row) => row.key === key));
  expect(added).toMatchObject([{ value: { name: 'Method Three', email: 'visitor@example.com' } }]);
  const id = added[0]?.key.replace('lead:', '');
  expect(indexIn(after)).toEqual([id, ...indexIn(before)]);
});

it('method 4: the console names the lead', async () => {
  logs.length = 0;
  await submitForm('Method Four');
  await expect.poll(() => logs.join('\n')).toMatch(/Lead captured successfully: lead_\d+_[a-z0-9]+/);
  const [, id = ''] = /Lead captured successfully: (lead_\w+)/.exec(logs.join('\n')) ?? [];
  expect(await crm.stored(id)).toMatchObject({ name: 'Method Four' });
});

it('method 5: test the connection', async () => {
  const card = admin.getByRole('region', { name: 'Test Connection' });
  await card.getByRole('button', { name: 'Run Connection Tests' }).click();
  await card.getByText('5/5 tests passing').waitFor();
});

it('the 30-second challenge', async () => {
  await admin.getByRole('tab', { name: 'How It Works' }).click();
  const challenge = admin.getByRole('region', { name: 'The 30-second challenge' });
  await challenge.getByRole('button', { name: 'Start the challenge' }).click();
  await challenge.getByText(/^4 records, counted in Postgres/).waitFor();
  const before = await rows();

  await challenge.getByRole('button', { name: 'Seed Data' }).click();
  await challenge.getByText(/^4 before, 16 now/).waitFor();
  const shown = await challenge.getByRole('list', { name: 'New rows' }).getByRole('listitem').all();
  const keys = await Promise.all(shown.map((row) => row.locator('code').first().textContent()));
  const appeared = (await rows()).filter(({ key }) => !before.some((row) => row.key === key));
  const records = appeared.map(({ key }) => key).filter((key) => /^(lead:lead|user:user|order:order)_\w+$/.test(key));
  expect(keys.toSorted()).toEqual(records.toSorted());
  expect(keys).toHaveLength(12);

  await challenge.getByRole('button', { name: 'Check Sync' }).click();
  await challenge.getByText(/What you see is what is stored/).waitFor();
});
