import { expect, it } from 'vitest';
import { createUser } from '../../contract/operations.ts';
import { tab, useCrm } from './crm.ts';

const crm = useCrm({ locale: 'en-US' });

it('a new order whose reply is lost is one order after pressing again', async () => {
  await createUser(crm.api(), { name: 'Chong Wei', address: { line1: '5 Jalan Lima', city: 'Ipoh' } });
  const page = await crm.open();
  await tab(page, 'Orders').click();
  await page.getByRole('button', { name: 'New order' }).click();
  await page.getByLabel('Find the customer').fill('chong');
  await page.getByRole('button', { name: /Chong Wei/ }).click();
  await page.getByLabel('Name of item 1').fill('Oak shelf');
  await page.getByLabel('Price of item 1').fill('19.99');
  await page.getByLabel('Payment method', { exact: true }).fill('card');
  crm.proxy().set({ rewrite: () => 'Bad gateway' }, ({ method, path }) => method === 'POST' && path === '/orders');
  const press = () => page.getByRole('button', { name: 'Create order' }).click();
  await press();
  await page
    .getByRole('alert')
    .getByText(/not known whether it was saved: press again/)
    .waitFor();
  crm.proxy().set('pass');
  await press();
  await page.getByRole('heading', { level: 1, name: /^VS-/ }).waitFor();
  expect(await crm.api().sql("select 1 from kv_store_3cbf86a5 where key ~ '^order:order_'")).toHaveLength(1);
  await page.close();
});
