import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { row, tab, useCrm } from './crm.ts';
import { XSS_PAYLOADS } from './xss-payloads.ts';

const crm = useCrm();

/** Notes every script that runs because of a lead, and every violation of the extension's policy. */
async function watch(page: Page): Promise<string[]> {
  const seen: string[] = [];
  await page.exposeFunction('pwned', (what: unknown) => seen.push(`ran: ${what}`));
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) seen.push(message.text());
  });
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
  return seen;
}

it('runs no script of 50 payloads in any field, and shows each as the text it is', async () => {
  expect(XSS_PAYLOADS.length).toBeGreaterThanOrEqual(50);
  // By SQL: the API refuses some of them, an older install may hold all.
  for (const [i, text] of XSS_PAYLOADS.entries()) {
    const id = `lead_17600000000${String(i).padStart(2, '0')}_payload00`;
    const lead = {
      id,
      email: `${text}@example.com`,
      name: text,
      phone: text,
      source: text,
      status: text,
      message: text,
      notes: text,
      budget: text,
      page: text,
      referrer: text,
      assignedTo: text,
      interests: [text],
      fields: { [text]: text },
      utm: { [text]: text },
      createdAt: text,
      updatedAt: text,
      [text]: text,
    };
    await crm
      .api()
      .sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [`lead:${id}`, JSON.stringify(lead)]);
  }
  const page = await crm.open();
  const seen = await watch(page);
  await tab(page, 'Leads').click();
  const first = page.locator('.list-pane .lead-open').first();
  await first.waitFor();
  for (const [i, text] of XSS_PAYLOADS.entries()) {
    const id = `lead_17600000000${String(i).padStart(2, '0')}_payload00`;
    await page.getByLabel('Search leads').fill(id);
    await page.locator(`.list-pane [data-lead="${id}"]`).waitFor();
    await expect.poll(() => page.locator('.list-pane .lead-row').count()).toBe(1);
    await page.locator(`.list-pane [data-lead="${id}"] .lead-open`).click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    expect(heading).toBe(text);
    const links = await page.$$eval('a[href]', (found) => found.map((link) => (link as HTMLAnchorElement).href));
    for (const link of links) expect(link).toMatch(/^(https?|mailto|tel):/);
    await page.getByRole('button', { name: 'Back to the list' }).click();
  }
  expect(seen).toEqual([]);
  await page.close();
});

it('stays usable with a name of 10,000 characters, right-to-left and emoji names', async () => {
  const long = 'W'.repeat(10_000);
  const id = 'lead_1770000000000_longname0';
  await crm
    .api()
    .sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [
      `lead:${id}`,
      JSON.stringify({ id, email: 'long@example.com', name: long, status: 'new', createdAt: new Date().toISOString() }),
    ]);
  await crm.capture({ email: 'rtl@example.com', name: 'ليلى \u202eالعلي' });
  await crm.capture({ email: 'emoji@example.com', name: '👩‍👩‍👧‍👦🏳️‍🌈 Tan' });
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, '👩‍👩‍👧‍👦').waitFor();
  await row(page, 'ليلى').waitFor();
  const isWider = () =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(await isWider()).toBe(false);
  await page.locator(`[data-lead="${id}"] .lead-open`).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await isWider()).toBe(false);
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.close();
});

it('names a row that is no lead and shows all others', async () => {
  await crm
    .api()
    .sql(`insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_1780000000000_broken000', '{"id": 7}')`);
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Tan').waitFor();
  await page.locator('.virtual-list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.getByText('1 row cannot be shown as a lead.').waitFor();
  await page.getByText('lead:lead_1780000000000_broken000').waitFor();
  await page.close();
});
