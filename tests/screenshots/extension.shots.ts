import type { Page } from 'playwright';
import { describe, it } from 'vitest';
import { closeToasts, looks, openTab as open, shoot, useStudio } from './studio.ts';

/** Where both have room, the list stands beside the lead. */
async function leaveLead(page: Page): Promise<void> {
  const back = page.getByRole('button', { name: 'Back to the list' });
  if (await back.isVisible()) await back.click();
}

describe.each(looks)('$surface, $colorScheme', ({ surface, colorScheme }) => {
  const studio = useStudio(surface, { colorScheme });

  it('every screen', async () => {
    const { extension, api } = studio;
    const connect = await extension().open(surface);
    await connect.getByText('Where do I find it?').click();
    await shoot(connect, `${surface}-connect-${colorScheme}`);
    await connect.getByLabel('Connection code').fill('http://127.0.0.1:8787');
    await connect.getByRole('button', { name: 'Connect', exact: true }).click();
    await connect.getByText(/an address, not/).waitFor();
    await shoot(connect, `${surface}-connect-error-${colorScheme}`);
    await connect.close();

    const page = await studio.connect();
    await page.getByText('No leads yet').waitFor();
    await shoot(page, `${surface}-empty-${colorScheme}`);
    await page.getByRole('button', { name: 'Seed Data' }).click();
    await page.getByText('Website form:').waitFor();
    await page.getByText('David Lim').waitFor();
    await closeToasts(page);
    await page.locator('.screen').evaluate((screen) => screen.scrollTo(0, 0));
    await shoot(page, `${surface}-overview-${colorScheme}`);
    await open(page, 'Leads');
    await page.locator('.list-pane .lead-row').first().waitFor();
    await shoot(page, `${surface}-leads-${colorScheme}`);
    await page.getByLabel('Select Priya Nair').check();
    await page.getByLabel('Select Jason Wong Kah Wai').check();
    await shoot(page, `${surface}-bulk-${colorScheme}`);
    await page.getByRole('button', { name: 'Clear the selection' }).click();
    await page.getByLabel('Search leads').fill('nobody has this');
    await page.getByText('No lead matches.').waitFor();
    await shoot(page, `${surface}-no-match-${colorScheme}`);
    await page.getByRole('button', { name: 'Clear search and filters' }).click();

    await page.locator('.list-pane .lead-open').filter({ hasText: 'David Lim' }).click();
    await page.getByRole('radio', { name: 'Contacted' }).click();
    await page.getByText(/Stored .* · verified/).waitFor();
    await shoot(page, `${surface}-lead-${colorScheme}`);
    const id = await page.evaluate(() =>
      document.querySelector('[data-lead][aria-current]')?.getAttribute('data-lead'),
    );
    await page.getByRole('textbox', { name: 'Notes' }).fill('Wants a quote for the pantry too.');
    await api().request('PATCH', `/leads/${id}`, { body: { notes: 'Visit on Tuesday, 10 am.' } });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByTestId('conflict').waitFor();
    await shoot(page, `${surface}-conflict-${colorScheme}`);
    await page.getByRole('button', { name: 'Edit both together' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/Stored .* · verified/).waitFor();

    await api().request('POST', '/leads', {
      key: null,
      body: { email: 'bot@example.com', name: 'Buy Now', lf_extra: 'x' },
    });
    await open(page, 'Overview');
    await open(page, 'Leads');
    await leaveLead(page);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /Held/ }).click();
    await page.getByRole('button', { name: 'Release' }).waitFor();
    await shoot(page, `${surface}-held-${colorScheme}`);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await shoot(page, `${surface}-settings-${colorScheme}`);

    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await open(page, 'Leads');
    for (const [name, heading] of [
      ['User', 'Details'],
      ['Order', 'Change log'],
    ] as const) {
      await open(page, `${name}s`);
      await page.locator('.list-pane .record-open').first().waitFor();
      await shoot(page, `${surface}-${name.toLowerCase()}s-${colorScheme}`);
      await page.locator('.list-pane .record-open').nth(1).click();
      await page.getByRole('heading', { name: heading }).waitFor();
      await shoot(page, `${surface}-${name.toLowerCase()}-${colorScheme}`);
      await open(page, `${name}s`);
    }
    await open(page, 'Leads');
    studio.proxy().set('refuse');
    await page.getByText('Backend Offline').waitFor();
    await shoot(page, `${surface}-offline-${colorScheme}`);
    studio.proxy().set('pass');
    await page.close();
  }, 180_000);
});

describe('hostile and many', () => {
  const studio = useStudio('popup', { colorScheme: 'light' });

  it('names of attackers, 10,000 rows, right to left, an error', async () => {
    await studio.api().sql(
      `insert into kv_store_3cbf86a5 (key, value)
       select 'lead:' || id, jsonb_build_object('id', id, 'email', 'person' || n || '@example.com', 'name', 'Person ' || n,
         'status', (array['new', 'contacted', 'qualified', 'converted', 'lost'])[1 + n % 5], 'source', 'newsletter',
         'createdAt', to_char(now() at time zone 'UTC' - n * interval '7 minutes', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
       from (select n, 'lead_' || (1760000000000 - n) || '_many00000' as id from generate_series(1, 10000) as n) as made`,
    );
    const page = await studio.connect();
    await open(page, 'Leads');
    await page.getByText('Person 1', { exact: true }).waitFor();
    await page.locator('.virtual-list').evaluate((list) => list.scrollTo(0, 400));
    await shoot(page, 'popup-10000-rows');
    const names = [
      '<img src=x onerror=alert(1)>',
      'ليلى العلي',
      '👩‍👩‍👧‍👦 Tan',
      'W'.repeat(10_000),
      '=HYPERLINK("javascript:x")',
    ];
    for (const [i, name] of names.entries()) {
      const id = `lead_177000000000${i}_hostile00`;
      const value = {
        id,
        name,
        email: 'x@example.com',
        status: 'new',
        source: 'chatbot',
        createdAt: new Date().toISOString(),
      };
      await studio
        .api()
        .sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [`lead:${id}`, JSON.stringify(value)]);
    }
    await page.getByRole('button', { name: '5 new' }).click();
    await page.locator('[data-lead=lead_1770000000004_hostile00]').waitFor();
    await shoot(page, 'popup-hostile');
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    await shoot(page, 'popup-rtl');
    await page.evaluate(() => {
      document.documentElement.dir = 'ltr';
    });
    const internal = {
      success: false,
      error: { code: 'internal', message: 'Something went wrong on our side.', requestId: '5f0c' },
    };
    studio.proxy().set({ status: 500, json: internal }, ({ path }) => path.startsWith('/leads?'));
    await page.getByLabel('Source').selectOption('questionnaire');
    await page.getByText('Something went wrong on our side.').first().waitFor();
    await shoot(page, 'popup-error');
    await page.close();
  }, 180_000);
});
