import { describe, expect, it } from 'vitest';
import { violations } from '../../rig/axe.ts';
import { openLead, tab, useCrm } from './crm.ts';

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  const crm = useCrm({ colorScheme, reducedMotion: 'reduce' });

  it('no screen has a violation', async () => {
    const connect = await crm.extension().open('popup');
    await connect.getByLabel('Connection code').waitFor();
    expect(await violations(connect), 'connect').toEqual([]);
    await connect.getByRole('button', { name: 'Connect', exact: true }).click();
    await connect.getByText(/Paste the connection code/).waitFor();
    expect(await violations(connect), 'connect with an error').toEqual([]);
    await connect.close();

    const page = await crm.open();
    await page.getByRole('button', { name: 'Seed Data' }).waitFor();
    expect(await violations(page), 'empty overview').toEqual([]);
    await tab(page, 'Leads').click();
    await page.getByText('No leads yet').waitFor();
    expect(await violations(page), 'empty list').toEqual([]);
    await crm.api().request('POST', '/seed');
    await page.locator('.list-pane .lead-row').first().waitFor();
    await page.getByLabel('Select David Lim').check();
    expect(await violations(page), 'list with a selection').toEqual([]);
    await page.getByRole('button', { name: 'Set status' }).click();
    expect(await violations(page), 'open menu').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByLabel('Select David Lim').uncheck();
    await tab(page, 'Overview').click();
    await page.getByText('Website form:').waitFor();
    expect(await violations(page), 'overview').toEqual([]);

    await openLead(page, 'David Lim');
    await page.getByText('Received').last().waitFor();
    await page.getByRole('button', { name: 'Verify this lead' }).click();
    await page.getByTestId('lead-proof').waitFor();
    expect(await violations(page), 'lead').toEqual([]);
    await page.getByRole('button', { name: 'Delete lead' }).click();
    expect(await violations(page), 'question').toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await violations(page), 'edit').toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();

    for (const [name, heading] of [
      ['Users', 'Details'],
      ['Orders', 'Change log'],
    ] as const) {
      await tab(page, name).click();
      const first = page.locator('.list-pane .record-open').first();
      await first.waitFor();
      expect(await violations(page), `list of ${name}`).toEqual([]);
      await page.getByRole('button', { name: /^New (user|order)$/ }).click();
      await page.getByRole('dialog').getByLabel('Street').waitFor();
      expect(await violations(page), `new in ${name}`).toEqual([]);
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await first.click();
      await page.getByRole('heading', { name: heading }).waitFor();
      expect(await violations(page), `one of ${name}`).toEqual([]);
    }

    await tab(page, 'Sync').click();
    await page.getByRole('button', { name: 'Run Connection Tests' }).click();
    await page.getByText('5/5 tests passing').waitFor();
    await page.locator('[data-step=schema]').getByText('Evidence').click();
    await page.getByLabel('Receipt').fill('lead_1736177352123_abc123def');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByTestId('receipt-verdict').waitFor();
    expect(await violations(page), 'connection tests and a receipt').toEqual([]);
    await crm.api().sql('alter table kv_store_3cbf86a5 disable trigger crm_log_write');
    await page.getByRole('button', { name: 'Run Connection Tests' }).click();
    await page.getByText('3/5 tests passing').waitFor();
    await crm.api().sql('alter table kv_store_3cbf86a5 enable trigger crm_log_write');
    expect(await violations(page), 'connection tests that fail').toEqual([]);

    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Connections' }).waitFor();
    expect(await violations(page), 'settings').toEqual([]);
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await crm.capture({ email: 'bot@example.com', lf_extra: 'x' });
    await tab(page, 'Overview').click();
    await tab(page, 'Leads').click();
    await tab(page, 'Leads').click();
    await page.getByRole('button', { name: '1 held' }).click();
    await page.getByRole('button', { name: 'Release' }).waitFor();
    expect(await violations(page), 'held').toEqual([]);
    crm.proxy().set('refuse');
    await page.getByText('Backend Offline').waitFor();
    expect(await violations(page), 'offline').toEqual([]);
    crm.proxy().set('pass');
    await page.getByText('Backend Connected').waitFor();
    await page.close();

    const wide = await crm.open('tab');
    await wide.getByRole('heading', { name: 'Timeline' }).or(wide.locator('.list-pane')).first().waitFor();
    expect(await violations(wide), 'tab').toEqual([]);
    await wide.close();
    const side = await crm.open('sidepanel');
    expect(await violations(side), 'side panel').toEqual([]);
    await side.close();
  });

  it('no screen is wider than 320 px', async () => {
    const page = await crm.open('sidepanel');
    await page.setViewportSize({ width: 320, height: 600 });
    for (const name of ['Overview', 'Leads', 'Users', 'Orders', 'Sync']) {
      await tab(page, name).click();
      if (name === 'Sync') {
        await page.getByRole('button', { name: 'Run Connection Tests' }).click();
        await page.getByText('5/5 tests passing').waitFor();
        for (const evidence of await page.locator('.test summary').all()) await evidence.click();
      }
      const isWider = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(isWider, name).toBe(false);
    }
    await page.close();
  });
});
