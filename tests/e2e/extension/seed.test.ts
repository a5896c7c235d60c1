import { expect, it } from 'vitest';
import { useCrm } from './crm.ts';

const crm = useCrm();

const seeded = async () =>
  Number(
    (
      await crm.api().sql<{ count: string }>(`select count(*) from kv_store_3cbf86a5 where value ->> 'seed' = 'true'`)
    )[0]?.count,
  );

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
  await page.getByTestId('total-leads').getByText('7', { exact: true }).waitFor({ timeout: 3_000 });

  await page.locator('main').getByRole('button', { name: 'Remove demo data' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('Removed 6 demo leads, 3 users and 3 orders').waitFor();
  await page.getByTestId('total-leads').getByText('1', { exact: true }).waitFor();
  expect(await seeded()).toBe(0);
  await page.getByText('A real lead').waitFor();
  await page.close();
});
