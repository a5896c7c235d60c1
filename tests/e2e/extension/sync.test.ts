import type { Page } from 'playwright';
import { beforeEach, describe, expect, it } from 'vitest';
import { violations } from '../../rig/axe.ts';
import { insertLeads } from '../../rig/numbered-leads.ts';
import { tab, useCrm } from './crm.ts';

/** It runs in the browser, where `chrome` is. */
declare const chrome: {
  storage: Record<'local' | 'session', { get(key: string): Promise<object>; set(items: object): Promise<void> }>;
};

const crm = useCrm({ locale: 'en-US', reducedMotion: 'reduce' });

beforeEach(async () => {
  crm.proxy().set('pass');
  await crm.api().sql('truncate kv_store_3cbf86a5, crm.changes');
});

const RED = '#b91c1c';
/** As somebody does who can write past the triggers, and so past the change log. */
const pastTheLog = (statement: string) =>
  crm.api().sql(`set session_replication_role = replica; ${statement}; set session_replication_role = origin`);
const firstKey = async (pattern: string) =>
  (
    await crm
      .api()
      .sql<{ key: string }>('select key from kv_store_3cbf86a5 where key ~ $1 order by key limit 1', [pattern])
  )[0]?.key ?? '';
const records = () =>
  crm
    .api()
    .sql(`select key, value::text from kv_store_3cbf86a5 where key ~ '^(lead:lead|order:order)_[^:]*$' order by key`);

const verdict = (page: Page) => page.getByTestId('verdict');
const checkSync = async (page: Page, expected: string) => {
  await page.getByRole('button', { name: 'Check Sync' }).click();
  await verdict(page).getByText(expected).waitFor();
};
const finding = (page: Page, code: string) => page.locator(`.finding[data-code="${code}"]`);

describe('Check Data Sync', () => {
  it('checks when it is opened: seed, then green with the rows that were compared', async () => {
    const page = await crm.open();
    await page.getByTestId('seal').getByText('Not checked yet').waitFor();
    await page.getByRole('button', { name: 'Seed Data' }).click();
    await page.getByText('Added 6 demo leads, 3 users and 3 orders').waitFor();
    await page.getByRole('button', { name: 'Check Data Sync' }).click();
    await page.getByRole('heading', { name: 'Check Data Sync' }).waitFor();
    await verdict(page).getByText('CRM data is synced').waitFor();
    await verdict(page).getByText('12 rows compared').waitFor();
    expect(
      await page.getByRole('table', { name: 'Records stored and indexed' }).locator('tbody tr').allTextContents(),
    ).toEqual(['Leads6 6', 'Users3 3', 'Orders3 3']);
    await page.getByText('12 of 12 records are equal').waitFor();
    await page.locator('.sync-card .check-step summary').first().click();
    await page.getByText('fsync on, synchronous_commit on, full_page_writes on').waitFor();
    await page.getByText(/select key, value, created_at from kv_store_3cbf86a5/).waitFor();
    await page.getByRole('tab', { name: 'How It Works' }).click();
    await page.getByRole('tab', { name: 'Sync Status' }).click();
    await verdict(page).getByText('CRM data is synced').waitFor();
    await tab(page, 'Overview').click();
    await page.getByTestId('seal').getByText('In sync · 12 rows compared').waitFor();
    // Whatever is written later was not compared.
    await crm.capture({ email: 'late@example.com', name: 'Late' });
    await page.getByTestId('seal').getByText('Not checked since records were written').waitFor();
    await page.close();
  });

  it('says of an empty table that nothing is stored yet', async () => {
    const page = await crm.open();
    await tab(page, 'Sync').click();
    await verdict(page).getByText('CRM data is synced, nothing stored yet').waitFor();
    await page.close();
  });

  it('leads to the table in the project that the API names', async () => {
    const named = (body: { report: { database: object } }) => {
      Object.assign(body.report.database, { projectRef: 'abcdefghijklmnopqrst' });
      return body;
    };
    crm.proxy().set({ rewrite: named }, ({ path }) => path.startsWith('/sync?'));
    const page = await crm.open();
    await tab(page, 'Sync').click();
    const link = page.getByRole('link', { name: 'Open Supabase Table Editor' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toMatch(
      /^https:\/\/supabase\.com\/dashboard\/project\/abcdefghijklmnopqrst\/editor/,
    );
    await page.close();
  });

  it('leads from the overview to the tests of the connection', async () => {
    const page = await crm.open();
    await tab(page, 'Overview').click();
    await page.getByRole('button', { name: 'Test Connection' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Run Connection Tests');
    await page.close();
  });

  it('is for admins, and tells viewers so', async () => {
    const page = await crm.open();
    crm.proxy().set({ rewrite: (body) => ({ ...body, role: 'viewer' }) }, ({ path }) => path.startsWith('/session'));
    await page.reload();
    await tab(page, 'Sync').click();
    await page.getByText('Only an admin can check whether the data is in sync.').waitFor();
    expect(await page.getByRole('button', { name: 'Check Sync' }).isDisabled()).toBe(true);
    await page.close();
  });

  it('asks nothing before it is known who is signed in', async () => {
    const page = await crm.open();
    await tab(page, 'Sync').click();
    await verdict(page).getByText('CRM data is synced').waitFor();
    crm.proxy().set({ slow: 2_000 }, ({ path }) => path.startsWith('/session'));
    crm.proxy().requests.length = 0;
    await page.reload();
    await verdict(page).getByText('Not checked yet').waitFor();
    await verdict(page).getByText('CRM data is synced').waitFor();
    const asked = crm.proxy().requests.map(({ path }) => path.split('?')[0]);
    expect(asked.indexOf('/session')).toBeLessThan(asked.indexOf('/sync'));
    await page.close();
  });

  it('says why it could not check, and that nothing is known', async () => {
    const page = await crm.open();
    await tab(page, 'Sync').click();
    await verdict(page).getByText('CRM data is synced').waitFor();
    crm.proxy().set('html', ({ path }) => path.startsWith('/sync'));
    await checkSync(page, 'Could not be checked');
    await verdict(page).getByText('Nothing is known about the data.').waitFor();
    expect(await page.locator('.sync-card .check-step[data-state=failed]').count()).toBeGreaterThan(0);
    await page.close();
  });
});

/** Faults made in SQL that a repair mends: what is done, the code, and the key that is named. */
const REPAIRABLE: [code: string, statement: string, key: string][] = [
  [
    'index.missing',
    `update kv_store_3cbf86a5 set value = value - 'lead_0000000000001_seedlead1' where key = 'leads:index'`,
    'lead:lead_0000000000001_seedlead1',
  ],
  [
    'index.dangling',
    `update kv_store_3cbf86a5 set value = '["lead_1_gone"]'::jsonb || value where key = 'leads:index'`,
    'lead_1_gone',
  ],
  [
    'index.duplicate',
    `update kv_store_3cbf86a5 set value = value || '["order_0000000000001_seedorder"]'::jsonb || (value -> 0) where key = 'orders:index'`,
    'order:order_',
  ],
  [
    'lookup.missing',
    `delete from kv_store_3cbf86a5 where key = (select key from kv_store_3cbf86a5 where key like 'user:email:%' order by key limit 1)`,
    'user:',
  ],
  [
    'lookup.dangling',
    `insert into kv_store_3cbf86a5 (key, value) values ('user:email:nobody@example.com', '"user_1_gone"')`,
    'user:email:nobody@example.com',
  ],
  [
    'orders_list.missing',
    `update kv_store_3cbf86a5 set value = '[]' where key = (select key from kv_store_3cbf86a5 where key ~ '^user:user_.*:orders$' and value <> '[]' order by key limit 1)`,
    '',
  ],
  [
    'totals.mismatch',
    `update kv_store_3cbf86a5 set value = value || '{"totalOrders": 77}' where key ~ '^user:user_[^:]*$' and key = (select min(key) from kv_store_3cbf86a5 where key ~ '^user:user_[^:]*$')`,
    'user:user_',
  ],
];

it.each(REPAIRABLE)(
  '%s: finding with its key, preview, repair, green, and no record is touched',
  async (code, statement, key) => {
    await crm.api().request('POST', '/seed');
    const before = await records();
    await pastTheLog(statement);
    const page = await crm.open();
    await tab(page, 'Sync').click();
    await verdict(page).getByText('CRM data is not in sync').waitFor();
    const card = finding(page, code).first();
    await card.waitFor();
    expect((await card.locator('.finding-keys code').allTextContents()).join()).toContain(key);
    await expect.poll(crm.extension().badge).toEqual({ text: '!', color: RED });
    await card.getByRole('button', { name: 'Repair' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing has been changed yet.').waitFor();
    expect(await dialog.locator('.repair-change').count()).toBeGreaterThan(0);
    await dialog.getByRole('button', { name: /^Repair \d+ rows?$/ }).click();
    await dialog.getByText('The report made after it finds nothing wrong.').waitFor();
    await page.keyboard.press('Escape');
    await verdict(page).getByText('CRM data is synced').waitFor();
    expect(await page.locator('.finding').count()).toBe(0);
    expect(await records()).toEqual(before);
    await expect.poll(async () => (await crm.extension().badge()).color).not.toBe(RED);
    await page.close();
  },
);

it('shows a record that was changed, and one that was removed, past the log', async () => {
  await crm.api().request('POST', '/seed');
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await page.locator('.list-pane .lead-row').first().waitFor();
  const key = await firstKey('^lead:');
  await pastTheLog(`update kv_store_3cbf86a5 set value = value || '{"phone": "+60 12-555 0000"}' where key = '${key}'`);
  await tab(page, 'Sync').click();
  await verdict(page).getByText('CRM data is not in sync').waitFor();
  expect(await finding(page, 'screen.differs').locator('.finding-keys code').allTextContents()).toEqual([key]);
  await tab(page, 'Overview').click();
  await page
    .getByTestId('seal')
    .getByText(/^Not in sync · The screen has another value/)
    .waitFor();
  // Another view did not make that check, but red is remembered.
  const other = await crm.open('sidepanel');
  await tab(other, 'Overview').click();
  await other
    .getByTestId('seal')
    .getByText(/^Not in sync/)
    .waitFor();
  await other.close();
  await tab(page, 'Sync').click();
  await page.getByRole('button', { name: 'Read the list again' }).click();
  await verdict(page).getByText('CRM data is synced').waitFor();
  await pastTheLog(`delete from kv_store_3cbf86a5 where key = '${key}'`);
  await checkSync(page, 'CRM data is not in sync');
  expect(await finding(page, 'screen.missing').locator('.finding-keys code').allTextContents()).toEqual([key]);
  await page.close();
});

it('is red as soon as somebody else has found a fault, and green again only after a check of its own', async () => {
  await crm.api().request('POST', '/seed');
  const page = await crm.open();
  await tab(page, 'Sync').click();
  await verdict(page).getByText('CRM data is synced').waitFor();
  await page.evaluate(async () => {
    const [id] = Object.values(await chrome.storage.local.get('activeConnection'));
    const found = { summary: 'An index lies.', at: Date.now(), by: 'worker' };
    await chrome.storage.session.set({ [`drift:${id}`]: found });
  });
  await verdict(page).getByText('CRM data is not in sync').waitFor();
  await verdict(page).getByText('An index lies. Found by the regular check').waitFor();
  await tab(page, 'Overview').click();
  await page.getByTestId('seal').getByText('Not in sync · An index lies.').waitFor();
  await expect.poll(crm.extension().badge).toEqual({ text: '!', color: RED });
  await page.getByRole('button', { name: 'Check Data Sync' }).click();
  await verdict(page).getByText('12 rows compared').waitFor();
  await expect.poll(async () => (await crm.extension().badge()).color).not.toBe(RED);
  await page.close();
});

it('takes a change that was made through the log for what it is', async () => {
  await crm.api().request('POST', '/seed');
  const page = await crm.open();
  await tab(page, 'Sync').click();
  await verdict(page).getByText('CRM data is synced').waitFor();
  const key = await firstKey('^lead:');
  await crm.api().request('PATCH', `/${key.replace('lead:', 'leads/')}`, { body: { name: 'Written meanwhile' } });
  await checkSync(page, 'CRM data is synced');
  expect(await page.locator('.finding').count()).toBe(0);
  await page.close();
});

describe('the full proof', () => {
  it('walks with progress, is cancelled, goes on and proves every row', async () => {
    await insertLeads(crm.api(), 1, 3_000);
    await crm.api().request('POST', '/sync/repair');
    const page = await crm.open();
    await tab(page, 'Sync').click();
    await verdict(page).getByText('CRM data is synced').waitFor();
    const pages = () =>
      crm.proxy().requests.filter(({ path, method }) => method === 'GET' && path.startsWith('/sync/rows?'));
    crm.proxy().requests.length = 0;
    crm.proxy().set({ slow: 600_000 }, ({ path }) => path.startsWith('/sync/rows?') && pages().length > 2);
    await page.getByRole('button', { name: 'Prove every row' }).click();
    await page.getByText('2,000 of 3,000').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Rows not read yet are not checked.').waitFor();
    await tab(page, 'Overview').click();
    await tab(page, 'Sync').click();
    await page.getByText('2,000 of 3,000').waitFor();
    crm.proxy().set('pass');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Leads: proven · 3,000 rows').waitFor();
    await page.getByText('Orders: no row to compare').waitFor();
    await verdict(page).getByText('3,000 rows compared').waitFor();
    const green = page.locator('.sync-card .check-step[data-tone=good]');
    // Two parts of the check, and the walk over every row.
    expect(await green.count()).toBe(3);
    // A quick check compares what is on the screen, and does not count the walk before it.
    await page.getByRole('button', { name: 'Check Sync' }).click();
    await verdict(page)
      .getByText(/^\d+ of 3,000 rows compared/)
      .waitFor();
    expect(await green.count()).toBe(2);
    crm.proxy().set('refuse');
    await verdict(page)
      .getByText(/^Not checked since/)
      .waitFor();
    await verdict(page).getByText('The backend is away').waitFor();
    expect(await green.count()).toBe(0);
    crm.proxy().set('pass');
    await verdict(page).getByText('CRM data is synced').waitFor();
    await crm.capture({ email: 'late@example.com' });
    await verdict(page).getByText('Records were written').waitFor();
    expect(await green.count()).toBe(0);
    await page.close();
  });
});

describe('how it looks', () => {
  it('is accessible, by keyboard and at 320 px, in light and dark', async () => {
    await crm.api().request('POST', '/seed');
    await pastTheLog(`update kv_store_3cbf86a5 set value = '["lead_1_gone"]' where key = 'leads:index'`);
    const page = await crm.open();
    await tab(page, 'Sync').click();
    await verdict(page).getByText('CRM data is not in sync').waitFor();
    for (const summary of await page.locator('.sync-card summary').all()) await summary.click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 600 });
    const isWider = () =>
      page.evaluate(
        () => document.querySelector('.screen')?.scrollWidth !== document.querySelector('.screen')?.clientWidth,
      );
    expect(await isWider()).toBe(false);
    await page.getByRole('button', { name: 'Repair', exact: true }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Nothing has been changed yet.').waitFor();
    expect(await violations(page), 'preview').toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('finds nothing wrong').waitFor();
    await page.keyboard.press('Escape');
    await verdict(page).getByText('CRM data is synced').waitFor();
    expect(await violations(page), 'synced').toEqual([]);
    await tab(page, 'Overview').click();
    await page.getByTestId('seal').getByText('In sync').waitFor();
    expect(await violations(page), 'seal').toEqual([]);
    await page.close();
  });
});
