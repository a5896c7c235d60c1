import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { violations } from '../../rig/axe.ts';
import { tab, useCrm } from './crm.ts';

const crm = useCrm({ reducedMotion: 'reduce' });
const XSS = '<img src=x onerror="document.title=`run`"><script>document.title=`run`</script>';

/** Opens Sync, waits for its check, and shows How It Works. */
async function openHow(surface: 'popup' | 'sidepanel' | 'tab'): Promise<Page> {
  const page = await crm.open(surface);
  await tab(page, 'Sync').click();
  await page
    .getByTestId('verdict')
    .getByText(/synced/)
    .waitFor();
  await page.getByRole('tab', { name: 'How It Works' }).click();
  return page;
}

const drawing = (page: Page) => page.locator('.flow');
/** What stands on the ways of the drawing, in their order. */
const figures = (page: Page) => drawing(page).locator('.flow-figure').allTextContents();
const stage = (page: Page, name: string) => drawing(page).locator('.flow-stage').getByText(name, { exact: true });

describe('the drawing', () => {
  it('has the figures of the last check on each way, as a list that can be read', async () => {
    await crm.capture({ email: 'first@example.com', name: 'First' });
    const page = await openHow('popup');
    await expect
      .poll(() => figures(page))
      .toEqual(['not checked', expect.stringMatching(/^PostgreSQL \d+/), 'fsync on, primary', '1 row equal']);
    await drawing(page).getByText('1 lead, 0 users, 0 orders').waitFor();
    expect((await drawing(page).getByRole('listitem').allInnerTexts()).join(' ').replace(/\s+/g, ' ')).toMatch(
      /^Form .*Edge API .*Function crm_capture_lead COMMIT fsync on, primary kv_store_3cbf86a5 /,
    );
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('goes from the form down to this screen, in whatever direction one reads', async () => {
    const page = await openHow('tab');
    await stage(page, 'Form').waitFor();
    for (const dir of ['ltr', 'rtl']) {
      await page.evaluate((to) => {
        document.documentElement.dir = to;
      }, dir);
      const places = await drawing(page)
        .getByRole('listitem')
        .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().top));
      expect(places, dir).toHaveLength(9);
      expect(places, dir).toEqual(places.toSorted((left, right) => left - right));
    }
    await page.close();
  });
});

describe('before and after', () => {
  it('follow a lead as it comes in, and show an attack as the text that it is', async () => {
    const page = await openHow('sidepanel');
    const after = page.getByRole('table', { name: /^With this lead/ });
    await after.getByText('NEW ROW').waitFor();
    const id = await crm.capture({ email: 'x@example.com', name: XSS });
    const row = after.getByRole('row', { name: `lead:${id}` });
    await row.getByText('NEW ROW').waitFor();
    // The drawing tells of a check that knows nothing of this lead.
    await page.getByText('as the last check found it; not checked since').waitFor();
    expect(await page.locator('.flow-way[data-tone=good]').count()).toBe(0);
    await after.getByRole('row', { name: 'leads:index' }).getByText('UPDATED').waitFor();
    await row.locator('summary').click();
    const [stored] = await crm
      .api()
      .sql<{ text: string }>('select value::text as text from kv_store_3cbf86a5 where key = $1', [`lead:${id}`]);
    expect(await row.locator('details > code').textContent()).toBe(stored?.text);
    expect(stored?.text).toContain('onerror');
    await page.emulateMedia({ media: 'print' });
    expect(await row.locator('details').isVisible()).toBe(false);
    await page.getByText('Texts of records are not printed.').first().waitFor();
    await page.emulateMedia({ media: 'screen' });
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toBe('run');
    const before = page.getByRole('table', { name: /^Without this lead/ });
    expect(await before.getByText(id).count()).toBe(0);
    await page.getByText('Total Leads: 2').waitFor();
    await page.getByText('Total Leads: 1').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

describe('the challenge', () => {
  it('goes by keyboard, and the focus with it; it can be left and started again', async () => {
    const page = await openHow('popup');
    const challenge = page.getByRole('region', { name: 'The 30-second challenge' });
    await challenge.getByRole('button', { name: 'Start the challenge' }).focus();
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await expect.poll(focused).toBe('Press Seed Data (Now)');
    await challenge.getByRole('button', { name: 'Look for new rows' }).click();
    await challenge.getByRole('status').getByText('No new rows yet.').waitFor();
    await challenge.getByRole('button', { name: 'Seed Data' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Verify (Now)');
    await challenge.getByText('2 before, 14 now.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toMatch(/What you see is what is stored/);
    await challenge.getByRole('button', { name: 'Leave' }).click();
    expect(await challenge.getByRole('listitem').count()).toBe(0);

    await challenge.getByRole('button', { name: 'Start the challenge' }).click();
    await challenge.getByRole('button', { name: 'Seed Data' }).click();
    await challenge.getByText('The demo data is there already').waitFor();
    await challenge.getByRole('button', { name: 'Remove demo data' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await challenge.getByText('2 records, counted in Postgres').waitFor();
    await challenge.getByRole('button', { name: 'Seed Data' }).click();
    await challenge.getByText('2 before, 14 now.').waitFor();
    await page.close();
  });
});

describe('a viewer, who may not read stored rows', () => {
  const other = useCrm();
  it('sees that nothing was checked', async () => {
    await other.capture({ email: 'first@example.com' });
    const page = await other.open('popup', other.api().viewerKey);
    await tab(page, 'Sync').click();
    await page.getByRole('tab', { name: 'How It Works' }).click();
    await page.getByText('needs the role admin. No row was read, so none is shown.').waitFor();
    expect(await page.getByText('may read but not change').count()).toBe(0);
    for (const name of ['Read again', 'Start the challenge', 'Verify']) {
      await expect.poll(() => page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
    }
    expect(await figures(page)).toEqual(['not checked', 'not checked', 'not checked', 'not checked']);
    await page.close();
  });
});
