import { expect, it } from 'vitest';
import { useCrm } from './crm.ts';

const crm = useCrm();

const seeded = async () =>
  Number(
    (
      await crm.api().sql<{ count: string }>(`select count(*) from kv_store_3cbf86a5 where value ->> 'seed' = 'true'`)
    )[0]?.count,
  );

it('offers to remove demo data only where something is stored', async () => {
  const page = await crm.open();
  const main = page.locator('main');
  await main.getByRole('button', { name: 'Seed Data' }).waitFor();
  expect(await main.getByRole('button', { name: 'Remove demo data' }).count()).toBe(0);
  const user = { email: 'u@example.com', name: 'U', accountStatus: 'active' };
  const made = await crm.api().request('POST', '/users', { body: user });
  const { id } = ((await made.json()) as { user: { id: string } }).user;
  // No lead, but perhaps a user of the demo data.
  await main.getByRole('button', { name: 'Remove demo data' }).waitFor();
  await crm.api().request('DELETE', `/users/${id}`);
  await main.getByText('No leads yet.').waitFor();
  expect(await main.getByRole('button', { name: 'Remove demo data' }).count()).toBe(0);
  await page.close();
});

it('adds demo data once, however often it is pressed, and takes exactly that away again', async () => {
  const page = await crm.open();
  await page.getByRole('button', { name: 'Seed Data' }).click();
  await page.getByText('Added 6 demo leads, 3 users and 3 orders').waitFor();
  await page.getByTestId('total-leads').getByText('6', { exact: true }).waitFor();
  const added = await seeded();
  await page.getByRole('button', { name: 'Seed Data' }).click();
  await page.getByText('nothing was added').waitFor();
  expect(await seeded()).toBe(added);
  await crm.capture({ email: 'real@example.com', name: 'A real lead' });
  await page.getByTestId('total-leads').getByText('7', { exact: true }).waitFor();

  await page.locator('main').getByRole('button', { name: 'Remove demo data' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('Removed 6 demo leads, 3 users and 3 orders').waitFor();
  await page.getByTestId('total-leads').getByText('1', { exact: true }).waitFor();
  expect(await seeded()).toBe(0);
  await page.getByText('A real lead').waitFor();
  await page.close();
});
