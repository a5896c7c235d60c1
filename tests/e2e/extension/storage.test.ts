import { expect, it } from 'vitest';
import { newOrder } from '../../contract/operations.ts';
import { notes, openLead, row, save, tab, useCrm } from './crm.ts';

const crm = useCrm();

it('holds no name, email or phone of any lead in extension storage, whatever the user did', async () => {
  const people = [
    { email: 'nadia.secret@example.com', name: 'Nadia Unwritten', phone: '+60 19-777 1234' },
    { email: 'omar.secret@example.com', name: 'Omar Unwritten', phone: '+60 19-888 4321' },
  ];
  for (const person of people) await crm.capture(person);
  await crm.capture({ email: 'held.secret@example.com', name: 'Held Unwritten', lf_extra: 'x' });
  const page = await crm.open();
  await page.getByTestId('total-leads').waitFor();
  await tab(page, 'Leads').click();
  await page.getByLabel('Search leads').fill('Nadia Unwritten');
  await row(page, 'Omar').waitFor({ state: 'detached' });
  await openLead(page, 'Nadia Unwritten');
  await page.getByRole('radio', { name: 'Contacted' }).click();
  await page.getByText(/Stored .* · verified/).waitFor();
  await notes(page).fill('A note in my own words');
  await save(page).click();
  await page.getByText(/Stored .* · verified/).waitFor();
  await notes(page).fill('Half a sentence that');
  await page.getByText('Not saved yet').waitFor();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /Held for review/ }).click();
  await page.getByText('Held Unwritten').first().waitFor();

  const user = { email: 'tina.secret@example.com', name: 'Tina Unwritten', phone: '+60 19-999 1111' };
  const reply = await crm.api().request('POST', '/users', { body: user });
  const made = (await reply.json()) as { user: { id: string } };
  await crm.api().request('POST', '/orders', {
    body: newOrder(made.user.id, {
      shippingAddress: { recipient: 'Tina Unwritten', line1: 'Secret lane', city: 'Ipoh' },
    }),
  });
  for (const name of ['Users', 'Orders']) {
    await tab(page, name).click();
    await page.getByLabel(`Search ${name.toLowerCase()}`).fill('Unwritten');
    await page.locator('.list-pane .record-open').first().click();
    await page.locator('.detail-pane').getByText('Tina Unwritten').first().waitFor();
  }

  const kept = async () => JSON.stringify(await crm.extension().storage());
  await expect.poll(kept).toContain('Half a sentence that');
  const everything = await kept();
  expect(everything).not.toMatch(/Unwritten|secret@|777 1234|888 4321|999 1111|Secret lane/);
  await page.close();
});

it('keeps nothing anywhere else a page can keep things', async () => {
  const page = await crm.open();
  const kept = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    cookies: document.cookie,
  }));
  expect(kept).toEqual({ local: 0, session: 0, databases: 0, caches: 0, cookies: '' });
  await page.close();
});
