import type { Page } from 'playwright';
import { describe, it } from 'vitest';
import { captureLead } from '../contract/operations.ts';
import { closeToasts, looks, openTab, shoot, useStudio } from './studio.ts';

/** Brings a part of the screen to its top. */
const bringUp = (page: Page, heading: string | RegExp) =>
  page
    .getByRole('heading', { name: heading })
    .first()
    .evaluate((element) => element.scrollIntoView({ block: 'start' }));

describe.each(looks)('the proof: $surface, $colorScheme', ({ surface, colorScheme }) => {
  const studio = useStudio(surface, { colorScheme });
  const named = (name: string) => `${surface}-sync-${name}-${colorScheme}`;

  it('every state', async () => {
    const api = studio.api();
    await api.request('POST', '/seed');
    const page = await studio.connect();
    await page
      .getByText(/not checked yet/i)
      .first()
      .waitFor();
    await shoot(page, named('seal'));

    studio.proxy().set({ slow: 3_000 }, ({ path }) => path.startsWith('/sync'));
    await openTab(page, 'Sync');
    await page.getByTestId('verdict').getByText('Checking').waitFor();
    await shoot(page, named('checking'), { isMoving: true });
    studio.proxy().set({ slow: 3_000 }, ({ path }) => path.startsWith('/sync/rows?'));
    await page.getByTestId('verdict').getByText('CRM data is synced').waitFor();
    await page.getByRole('button', { name: 'Prove every row' }).click();
    await page.getByRole('progressbar').first().waitFor();
    await bringUp(page, 'Full proof');
    await shoot(page, named('proof-running'), { isMoving: true });
    studio.proxy().set('pass');

    // Opened anew, so that no picture shows how slow the ones above had to be.
    await page.reload();
    await openTab(page, 'Sync');
    await page.getByTestId('verdict').getByText('CRM data is synced').waitFor();
    await shoot(page, named('synced'));
    await page.getByRole('button', { name: 'Prove every row' }).click();
    await page.getByText(/^Orders: proven/).waitFor();
    await bringUp(page, 'Full proof');
    await shoot(page, named('proof'));

    await page.getByRole('button', { name: 'Run Connection Tests' }).click();
    await page.getByText('5/5 tests passing').waitFor();
    await bringUp(page, 'Test Connection');
    await shoot(page, named('tests'));

    await page.getByRole('tab', { name: 'How It Works' }).click();
    await page.getByRole('table', { name: 'With this lead' }).waitFor();
    await bringUp(page, /What .sync. means/);
    await shoot(page, named('how'));
    await bringUp(page, 'The rows now, with and without the last lead');
    await shoot(page, named('before-after'));
    const challenge = page.getByRole('region', { name: 'The 30-second challenge' });
    await challenge.getByRole('button', { name: 'Start the challenge' }).click();
    await challenge.getByText(/records, counted in Postgres/).waitFor();
    await captureLead(api, { email: 'visitor@example.com', name: 'A visitor' });
    await challenge.getByText(/^12 before, 13 now/).waitFor();
    await bringUp(page, 'The 30-second challenge');
    await shoot(page, named('tour'));
    await challenge.getByRole('button', { name: 'Leave' }).click();

    await api.sql(`update kv_store_3cbf86a5 set value = value - 0 where key = 'leads:index'`);
    await api.sql(
      `update kv_store_3cbf86a5 set value = value || '{"totalOrders": 41}' where key ~ '^user:user_[0-9]+_seeduser1$'`,
    );
    await page.getByRole('tab', { name: 'Sync Status' }).click();
    await page.getByRole('button', { name: 'Check Sync' }).click();
    await page.getByTestId('verdict').getByText('CRM data is not in sync').waitFor();
    await closeToasts(page);
    await page.locator('.screen').evaluate((screen) => screen.scrollTo(0, 0));
    await shoot(page, named('drift'));
    await page
      .getByRole('button', { name: /^Repair/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText('leads:index').first().waitFor();
    await shoot(page, named('repair'));
    await page.keyboard.press('Escape');

    const sent = await api.request('POST', '/leads', { key: null, body: { email: 'receipt@example.com' } });
    const reply = await sent.text();
    const lead = `/leads/${JSON.parse(reply).leadId}`;
    for (const [outcome, change] of [
      ['unchanged', null],
      ['changed', () => api.request('PATCH', lead, { body: { status: 'contacted' } })],
      ['deleted', () => api.request('DELETE', lead)],
    ] as const) {
      await change?.();
      await page.getByLabel('Receipt').fill(reply);
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.locator(`[data-outcome=${outcome}]`).waitFor();
      await bringUp(page, 'Verify what was stored');
      await shoot(page, named(`receipt-${outcome}`));
    }

    studio.proxy().set('refuse');
    await page.getByRole('button', { name: 'Run Connection Tests' }).click();
    await page.getByText(/^\d\/5 tests passing/).waitFor();
    await bringUp(page, 'Test Connection');
    await shoot(page, named('tests-red'));
    await page.close();
  }, 180_000);
});

describe('the proof', () => {
  const studio = useStudio('popup', { colorScheme: 'light' });

  it('right to left, and on paper', async () => {
    await studio.api().request('POST', '/seed');
    const page = await studio.connect();
    await openTab(page, 'Sync');
    await page.getByTestId('verdict').getByText('CRM data is synced').waitFor();
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    await shoot(page, 'popup-sync-rtl');
    await page.getByRole('tab', { name: 'How It Works' }).click();
    await page.getByRole('table', { name: 'With this lead' }).waitFor();
    await bringUp(page, 'The rows now, with and without the last lead');
    await shoot(page, 'popup-sync-before-after-rtl');
    await page.close();

    const wide = await studio.extension().open('tab');
    await openTab(wide, 'Sync');
    await wide.getByTestId('verdict').getByText('CRM data is synced').waitFor();
    await wide.emulateMedia({ media: 'print' });
    await wide.setViewportSize({ width: 794, height: 1123 });
    await shoot(wide, 'tab-sync-print');
    await wide.close();
  }, 180_000);
});
