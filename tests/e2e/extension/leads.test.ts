import { expect, it } from 'vitest';
import { notes, openLead, row, save, tab, useCrm } from './crm.ts';

const crm = useCrm();

it('finds a lead by name, email, phone and text as one types, and by filter', async () => {
  await crm.capture({ email: 'amira@example.com', name: 'Amira Rahman', phone: '+60 12-345 6789', message: 'A sofa' });
  await crm.capture({ email: 'ben@example.com', name: 'Ben Ong', message: 'Wardrobe for two', source: 'chatbot' });
  const page = await crm.open();
  await tab(page, 'Leads').click();
  const search = page.getByLabel('Search leads');
  for (const text of ['amira r', 'AMIRA@EXAMPLE', '345 67', 'sofa']) {
    await search.fill(text);
    await row(page, 'Ben Ong').waitFor({ state: 'detached' });
    await row(page, 'Amira Rahman').waitFor();
    await search.fill('');
    await row(page, 'Ben Ong').waitFor();
  }
  await search.fill('nobody has this');
  await page.getByText('No lead matches.').waitFor();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  await row(page, 'Amira Rahman').waitFor();
  expect(await search.inputValue()).toBe('');

  await page.getByLabel('Source').selectOption('chatbot');
  await row(page, 'Amira Rahman').waitFor({ state: 'detached' });
  await page.getByLabel('Source').selectOption('');
  await page.getByLabel('Received').selectOption('today');
  await row(page, 'Amira Rahman').waitFor();
  await page.getByLabel('Received').selectOption('any');
  await page.close();
});

it('writes a changed status to the table at once, and says so only after reading it back', async () => {
  const id = await crm.capture({ email: 'chandra@example.com', name: 'Chandra' });
  const page = await crm.open();
  await openLead(page, 'Chandra');
  await page.getByRole('radio', { name: 'Qualified' }).click();
  await page.getByText(/Stored .* · verified/).waitFor();
  expect((await crm.stored(id))?.status).toBe('qualified');
  await page.getByText('Status: Qualified').waitFor();
  await page.getByText('by somebody with the admin key').first().waitFor();
  await page.close();
});

it('shows every field of a lead, known or not', async () => {
  const id = await crm.capture({ email: 'dora@example.com', name: 'Dora', fields: { Pets: 'two cats' } });
  await crm
    .api()
    .sql(`update kv_store_3cbf86a5 set value = value || '{"legacyScore": 7}' where key = $1`, [`lead:${id}`]);
  const page = await crm.open();
  await openLead(page, 'Dora');
  await page.getByText('Pets: two cats').waitFor();
  await page.getByText('legacyScore').first().waitFor();
  await page.getByText('Edited outside the app').waitFor();
  await page.close();
});

it('keeps a half-written note and the place when the popup closes', async () => {
  await crm.capture({ email: 'eva@example.com', name: 'Eva' });
  const page = await crm.open();
  await openLead(page, 'Eva');
  await notes(page).fill('Call back on Friday about the');
  await page.getByText('Not saved yet').waitFor();
  await page.close();

  const again = await crm.extension().open('popup');
  await again.getByRole('heading', { level: 1, name: 'Eva' }).waitFor();
  expect(await notes(again).inputValue()).toBe('Call back on Friday about the');
  await notes(again).fill('Call back on Friday about the shelves');
  await save(again).click();
  await again.getByText(/Stored .* · verified/).waitFor();
  await again.getByRole('button', { name: 'Back to the list' }).click();
  await again.close();
});

it('shows both versions when somebody else changed the same field, and overwrites nothing by itself', async () => {
  const id = await crm.capture({ email: 'fatin@example.com', name: 'Fatin', message: 'A cupboard.\n'.repeat(12) });
  const page = await crm.open();
  await openLead(page, 'Fatin');
  await notes(page).fill('My note');
  await crm.api().request('PATCH', `/leads/${id}`, { body: { notes: 'Their note' } });
  await save(page).click();
  const conflict = page.getByTestId('conflict');
  await conflict.getByText('My note').waitFor();
  await conflict.getByText('Their note').waitFor();
  // Whoever pressed Save below it has to see it without searching.
  await page.waitForFunction(() => {
    const { top = -1, bottom = 0 } = document.querySelector('[data-testid=conflict]')?.getBoundingClientRect() ?? {};
    return top >= 0 && bottom <= innerHeight;
  });
  expect((await crm.stored(id))?.notes).toBe('Their note');
  await page.getByRole('button', { name: 'Edit both together' }).click();
  expect(await notes(page).inputValue()).toBe('Their note\n\nMy note');
  await save(page).click();
  await page.getByText(/Stored .* · verified/).waitFor();
  expect((await crm.stored(id))?.notes).toBe('Their note\n\nMy note');
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.close();
});

it('deletes only after a question whose safe answer has the focus', async () => {
  const id = await crm.capture({ email: 'gita@example.com', name: 'Gita' });
  const page = await crm.open();
  await openLead(page, 'Gita');
  await page.getByRole('button', { name: 'Delete lead' }).click();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await crm.stored(id)).toBeDefined();
  await page.getByRole('button', { name: 'Delete lead' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('The lead is erased').waitFor();
  expect(await crm.stored(id)).toBeUndefined();
  await row(page, 'Gita').waitFor({ state: 'detached' });
  await page.close();
});

it('sets a status for many leads at once', async () => {
  const ids = await Promise.all(['Hana', 'Ivy', 'Jo'].map((name) => crm.capture({ email: 'bulk@example.com', name })));
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await page.getByLabel('Search leads').fill('bulk@example');
  await row(page, 'Chandra').waitFor({ state: 'detached' });
  for (const name of ['Hana', 'Ivy', 'Jo']) await row(page, name).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Set status' }).click();
  await page.getByRole('menuitem', { name: 'Contacted' }).click();
  await page.getByText('3 of 3 leads are contacted now.').waitFor();
  for (const id of ids) expect((await crm.stored(id))?.status).toBe('contacted');
  await page.close();
});

it('is worked by the keyboard alone', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await row(page, 'Jo').waitFor();
  await page.keyboard.press('/');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
  await page.locator('.list-pane .lead-open').first().focus();
  const focused = () => page.evaluate(() => document.activeElement?.closest('.lead-row')?.getAttribute('data-lead'));
  const first = await focused();
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused).not.toBe(first);
  const second = await focused();
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('x');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(focused).toBe(second);
  await page.close();
});

it('lets a viewer read and change nothing', async () => {
  await crm.capture({ email: 'kim@example.com', name: 'Kim' });
  const page = await crm.open();
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.close();
  const viewer = await crm.open('popup', crm.api().viewerKey);
  await openLead(viewer, 'Kim');
  await viewer.getByText('You may read but not change anything').waitFor();
  expect(await notes(viewer).getAttribute('readonly')).not.toBeNull();
  expect(await viewer.getByRole('button', { name: 'Delete lead' }).isDisabled()).toBe(true);
  await viewer.close();
});
