import { expect, it } from 'vitest';
import { openLead, row, tab, useCrm } from './crm.ts';

const crm = useCrm();

it('shows the same app in the popup, the side panel and a tab, each kept up to date', async () => {
  await crm.capture({ email: 'sara@example.com', name: 'Sara' });
  const popup = await crm.open('popup');
  const side = await crm.open('sidepanel');
  const wide = await crm.open('tab');
  for (const page of [popup, side, wide]) {
    await tab(page, 'Leads').click();
    await row(page, 'Sara').waitFor();
  }
  await openLead(wide, 'Sara');
  await wide.getByRole('radio', { name: 'Contacted' }).click();
  await wide.getByText(/Stored .* · verified/).waitFor();
  for (const page of [popup, side]) await row(page, 'Sara').getByText('Contacted').waitFor();
  // Side by side where there is room for both, one at a time where there is not.
  expect(await row(wide, 'Sara').isVisible()).toBe(true);
  await openLead(popup, 'Sara');
  expect(await row(popup, 'Sara').isVisible()).toBe(false);
  for (const page of [popup, side, wide]) await page.close();
});

it('opens in a tab from the popup', async () => {
  const popup = await crm.open('popup');
  const opened = crm.extension().context.waitForEvent('page');
  await popup.getByRole('button', { name: 'Open in a tab' }).click();
  const page = await opened;
  await page.getByText('Backend Connected').waitFor();
  expect(page.url()).toMatch(/\/tab\.html$/);
  expect(await page.getByRole('button', { name: 'Open in a tab' }).count()).toBe(0);
  await page.close();
  await popup.close();
});

it('comes back to the tab and the filter that were left, without the search text', async () => {
  const popup = await crm.open('popup');
  await tab(popup, 'Leads').click();
  await tab(popup, 'Leads').click();
  await popup
    .getByRole('group', { name: 'Status' })
    .getByRole('button', { name: /^Contacted/ })
    .click();
  await popup.getByLabel('Search leads').fill('Sara');
  await row(popup, 'Sara').waitFor();
  await popup.close();
  const again = await crm.open('popup');
  await row(again, 'Sara').waitFor();
  const chip = again.getByRole('group', { name: 'Status' }).getByRole('button', { name: /^Contacted/ });
  expect(await chip.getAttribute('aria-pressed')).toBe('true');
  expect(await again.getByLabel('Search leads').inputValue()).toBe('');
  await again.close();
});
