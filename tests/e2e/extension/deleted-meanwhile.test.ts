import { expect, it } from 'vitest';
import { createOrder, createUser } from '../../contract/operations.ts';
import { tab, useCrm } from './crm.ts';

const crm = useCrm({ locale: 'en-US' });

const RECORDS = {
  Leads: { path: '/leads', create: () => crm.capture({ email: 'ann@example.com', name: 'Ann' }), field: 'Name' },
  Users: { path: '/users', create: () => createUser(crm.api()), field: 'Name' },
  Orders: { path: '/orders', create: () => createOrder(crm.api()), field: 'Notes' },
};

it.each(Object.entries(RECORDS))(
  '%s: what was typed into the form stays when somebody deletes the record',
  async (where, { path, create, field }) => {
    await crm.api().sql('truncate kv_store_3cbf86a5');
    const id = await create();
    const page = await crm.open();
    await tab(page, where).click();
    await page.locator('.list-pane').locator('.lead-open, .record-open').first().click();
    await page.locator('.detail-pane').getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(field, { exact: true }).fill('Typed with care');
    expect((await crm.api().request('DELETE', `${path}/${id}`)).status).toBe(200);
    await dialog
      .getByRole('alert')
      .getByText(/deleted meanwhile/)
      .waitFor();
    expect(await dialog.getByLabel(field, { exact: true }).inputValue()).toBe('Typed with care');
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    const writes = () => crm.proxy().requests.filter(({ method }) => method === 'PATCH');
    await dialog.getByLabel(field, { exact: true }).press('Enter');
    expect(writes()).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.getByRole('button', { name: 'Discard changes' }).click();
    await page.getByText(/is not in the table any more/).waitFor();
    expect(await dialog.count()).toBe(0);
    await page.close();
  },
);
