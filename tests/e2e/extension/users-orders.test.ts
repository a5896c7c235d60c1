import type { Page } from 'playwright';
import { beforeEach, expect, it } from 'vitest';
import { newOrder, newUser } from '../../contract/operations.ts';
import { openLead, tab, useCrm } from './crm.ts';
import { XSS_PAYLOADS } from './xss-payloads.ts';

const crm = useCrm({ locale: 'en-US' });

beforeEach(async () => {
  await crm.api().sql('truncate kv_store_3cbf86a5');
});

const counted = async (kind: string) =>
  Number(
    (
      await crm
        .api()
        .sql<{ count: string }>(`select count(*) from kv_store_3cbf86a5 where key ~ $1`, [`^${kind}:${kind}_[^:]*$`])
    )[0]?.count,
  );
const value = async (key: string) =>
  (
    await crm.api().sql<{ value: Record<string, unknown> }>('select value from kv_store_3cbf86a5 where key = $1', [key])
  )[0]?.value;
const post = async (path: string, body: unknown) => {
  const reply = await crm.api().request('POST', path, { body });
  expect(reply.status, await reply.clone().text()).toBe(201);
  return (await reply.json()) as { user: { id: string }; order: { id: string } };
};
const record = (page: Page, text: string) => page.locator('.list-pane .record-row').filter({ hasText: text });
/** A tab remembers what was open in it; asked twice it shows its list. */
const toList = async (page: Page, name: string) => {
  await tab(page, name).click();
  await page.locator('.split').waitFor();
  if ((await page.locator('.split').getAttribute('data-pane')) === 'detail') await tab(page, name).click();
};
const open = async (page: Page, where: string, text: string) => {
  await toList(page, where);
  await record(page, text).locator('.record-open').click();
  await page.getByRole('heading', { level: 1, name: text }).waitFor();
};

/** Keeps the replies to saves back. @returns what lets them go */
const holdSaves = () => {
  const answered = Promise.withResolvers<void>();
  const rewrite = (body: unknown) => answered.promise.then(() => body);
  crm.proxy().set({ rewrite }, ({ method }) => method === 'PATCH');
  return answered.resolve;
};

it('shows the 6 leads, 3 users and 3 orders of the seed, as SQL counts them', async () => {
  const page = await crm.open();
  await page.getByRole('button', { name: 'Seed Data' }).click();
  await page.getByText('Added 6 demo leads, 3 users and 3 orders').waitFor();
  for (const [name, kind, rows, count] of [
    ['Leads', 'lead', '.lead-row', 6],
    ['Users', 'user', '.record-row', 3],
    ['Orders', 'order', '.record-row', 3],
  ] as const) {
    await tab(page, name).click();
    await expect.poll(() => page.locator(`.list-pane ${rows}`).count()).toBe(count);
    expect(await counted(kind)).toBe(count);
  }
  expect(await page.getByRole('tab').allTextContents()).toEqual([
    'Overview',
    expect.stringMatching(/^Leads/),
    'Users',
    'Orders',
    'Sync',
  ]);
  await page.close();
});

it('converts a lead: the user appears, the lead says so', async () => {
  const id = await crm.capture({ email: 'bella@example.com', name: 'Bella Tan' });
  const page = await crm.open();
  await openLead(page, 'Bella Tan');
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await page.getByText('Bella Tan is a user now.').waitFor();
  await page.getByText('Converted: Bella Tan is a user.').waitFor();
  expect(await page.getByRole('radio', { name: 'Converted' }).getAttribute('aria-checked')).toBe('true');
  const lead = await crm.stored(id);
  expect(lead).toMatchObject({ status: 'converted', convertedToUserId: expect.stringMatching(/^user_/) });
  await page.getByRole('button', { name: 'Open the user' }).click();
  await page.getByRole('heading', { level: 1, name: 'Bella Tan' }).waitFor();
  await page.getByRole('heading', { name: 'Came from' }).waitFor();
  await page.getByText('No orders yet.').waitFor();
  expect(await value(`user:${lead?.convertedToUserId}`)).toMatchObject({ email: 'bella@example.com' });
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await record(page, 'Bella Tan').waitFor();
  await tab(page, 'Leads').click();
  await page.getByText('Converted: Bella Tan is a user.').waitFor();
  await page.close();
});

it('creates an order and walks it from pending payment to delivered', async () => {
  const { user } = await post(
    '/users',
    newUser({ name: 'Chong Wei', address: { line1: '5 Jalan Lima', city: 'Ipoh' } }),
  );
  const page = await crm.open();
  await toList(page, 'Orders');
  await page.getByText('No orders yet').waitFor();
  await page.getByRole('button', { name: 'New order' }).click();
  await page.getByLabel('Find the customer').fill('chong');
  await page.getByRole('button', { name: /Chong Wei/ }).click();
  await page.getByLabel('Name of item 1').fill('Oak shelf');
  await page.getByLabel('Quantity of item 1').fill('3');
  await page.getByLabel('Price of item 1').fill('19.99');
  await page.getByLabel('Shipping', { exact: true }).fill('10');
  await page.getByTestId('sums').getByText('MYR 69.97').waitFor();
  await page.getByRole('button', { name: 'Create order' }).click();
  await page.getByText('Nothing was sent').waitFor();
  await page.getByLabel('Payment method', { exact: true }).fill('card');
  await page.getByRole('button', { name: 'Create order' }).click();
  const heading = page.getByRole('heading', { level: 1, name: /^VS-/ });
  await heading.waitFor();
  expect(await page.getByTestId('order-total').textContent()).toContain('69.97');
  const [stored] = await crm
    .api()
    .sql<{ key: string; value: { userId: string; total: number } }>(
      `select key, value from kv_store_3cbf86a5 where key like 'order:order%'`,
    );
  expect(stored?.value).toMatchObject({ userId: user.id, total: 69.97, status: 'pending-payment' });

  for (const [button, status] of [
    ['Start processing', 'processing'],
    ['Mark ready to ship', 'ready-to-ship'],
    ['Mark in transit', 'in-transit'],
    ['Mark arriving', 'arriving'],
    ['Mark out for delivery', 'out-for-delivery'],
    ['Mark delivered', 'delivered'],
  ] as const) {
    const primary = page.locator('.detail-pane [data-variant=primary]');
    await page.getByRole('button', { name: button, exact: true }).waitFor();
    expect(await primary.allTextContents()).toEqual([button]);
    await primary.click();
    await expect.poll(async () => (await value(stored?.key ?? ''))?.status).toBe(status);
  }
  await page.getByRole('button', { name: 'Refund', exact: true }).waitFor();
  expect(await page.getByTestId('tracking').getByRole('listitem').count()).toBe(7);
  await page.getByLabel('Tracking number').fill('MY-1');
  await page.locator('.detail-pane').getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/Stored .* · verified/).waitFor();
  await page.getByLabel('Add to the timeline').fill('Signed by the neighbour');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByTestId('tracking').getByText('Signed by the neighbour').waitFor();
  expect(await value(stored?.key ?? '')).toMatchObject({
    trackingNumber: 'MY-1',
    completed: true,
    paymentStatus: 'paid',
  });

  await page.getByRole('button', { name: 'Chong Wei' }).click();
  await page.locator('.totals').getByText('MYR 69.97').waitFor();
  await page.getByRole('button', { name: 'Delete user' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText(/^Deleting failed: .*order/).waitFor();
  expect(await counted('user')).toBe(1);
  await page.close();
});

it('asks before it cancels, and before it suspends', async () => {
  const { user } = await post('/users', newUser({ name: 'Devi' }));
  const { order } = await post('/orders', newOrder(user.id));
  const page = await crm.open();
  await open(page, 'Users', 'Devi');
  await page.getByRole('button', { name: /Change/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Suspended' }).click();
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await expect.poll(async () => (await value(`user:${user.id}`))?.accountStatus).toBe('suspended');
  await page.locator('.detail-pane .record-open').first().click();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click();
  expect((await value(`order:${order.id}`))?.status).toBe('pending-payment');
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
  await page.getByText('This order has ended').waitFor();
  expect((await value(`order:${order.id}`))?.status).toBe('cancelled');
  await page.close();
});

it('shows the work on the step that was taken, and on none when something else is saved', async () => {
  const { user } = await post('/users', newUser({ name: 'Dilip' }));
  await post('/orders', newOrder(user.id));
  const page = await crm.open();
  await toList(page, 'Orders');
  await page.locator('.list-pane .record-open').first().click();
  let answer = holdSaves();
  const busy = () => page.locator('.detail-pane [aria-busy=true]').allTextContents();
  await page.getByLabel('Tracking number').fill('MY-2');
  await page.locator('.detail-pane').getByRole('button', { name: 'Save', exact: true }).click();
  const cancel = page.getByRole('button', { name: 'Cancel order' });
  await expect.poll(() => cancel.isDisabled()).toBe(true);
  expect(await busy()).toEqual([]);
  answer();
  await page.getByText(/Stored .* · verified/).waitFor();

  answer = holdSaves();
  await cancel.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(busy).toEqual(['Cancel order']);
  answer();
  await page.getByText('This order has ended').waitFor();
  crm.proxy().set('pass');
  await page.close();
});

it('names the customer of each order, whatever its address says', async () => {
  const { user } = await post('/users', newUser({ name: 'Farid' }));
  const { order } = await post('/orders', newOrder(user.id));
  const page = await crm.open();
  await toList(page, 'Orders');
  await record(page, 'Farid · Lamp').waitFor();
  const change = (patch: object) =>
    crm.api().sql('update kv_store_3cbf86a5 set value = value || $2 where key = $1', [`order:${order.id}`, patch]);
  await change({ shippingAddress: 'Jalan Lama 3' });
  await record(page, 'Farid · Lamp').waitFor();
  await crm.api().sql('delete from kv_store_3cbf86a5 where key = $1', [`user:${user.id}`]);
  await record(page, `${user.id} · Lamp`).waitFor();
  await change({ shippingAddress: { recipient: 'Gita' } });
  await record(page, 'to Gita · Lamp').waitFor();
  await page.close();
});

it('groups the digits of what somebody bought', async () => {
  const { user } = await post('/users', newUser({ name: 'Ezra' }));
  await crm
    .api()
    .sql(
      `update kv_store_3cbf86a5 set value = value || '{"totalOrders": 1234, "loyaltyPoints": 8000}' where key = $1`,
      [`user:${user.id}`],
    );
  const page = await crm.open();
  await toList(page, 'Users');
  await record(page, 'Ezra').getByText('1,234 orders').waitFor();
  await open(page, 'Users', 'Ezra');
  await page.locator('.totals').getByText('8,000').waitFor();
  await page.close();
});

it('shows both versions when two change the same field of a user', async () => {
  const { user } = await post('/users', newUser({ name: 'Elle' }));
  const page = await crm.open();
  await open(page, 'Users', 'Elle');
  await page.locator('.detail-pane').getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Name', { exact: true }).fill('Mine');
  await crm.api().request('PATCH', `/users/${user.id}`, { body: { name: 'Theirs' } });
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByTestId('conflict');
  await conflict.getByText('Theirs', { exact: true }).waitFor();
  await conflict.getByRole('button', { name: 'Store mine' }).click();
  await expect.poll(async () => (await value(`user:${user.id}`))?.name).toBe('Mine');
  await page.close();
});

it('shows what others add and change, within 3 seconds, and finds by search, filter and keyboard', async () => {
  const page = await crm.open();
  await toList(page, 'Users');
  await page.getByText('No users yet').waitFor();
  const { user } = await post('/users', newUser({ name: 'Farah' }));
  await record(page, 'Farah').waitFor();
  await crm
    .api()
    .sql(`update kv_store_3cbf86a5 set value = value || '{"name": "Farah Lim"}' where key = $1`, [`user:${user.id}`]);
  await record(page, 'Farah Lim').waitFor();
  await post('/users', newUser({ name: 'Gopal', accountStatus: 'inactive' }));
  await record(page, 'Gopal').waitFor();
  await page.getByRole('button', { name: 'Inactive', exact: true }).click();
  await record(page, 'Farah Lim').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^All/ }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('farah');
  await record(page, 'Gopal').waitFor({ state: 'detached' });
  await page.getByLabel('Search users').fill('');
  await record(page, 'Gopal').waitFor();
  await page.locator('.list-pane .record-open').first().focus();
  await page.keyboard.press('ArrowDown');
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest('.record-row')?.getAttribute('data-record'));
  await expect.poll(focused).toBe(user.id);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Farah Lim' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(focused).toBe(user.id);
  await page.close();
});

it('counts in the overview what SQL counts', async () => {
  await crm.api().request('POST', '/seed');
  const { user } = await post('/users', newUser());
  const { order } = await post('/orders', newOrder(user.id));
  await crm.api().request('PATCH', `/orders/${order.id}`, { body: { status: 'cancelled' } });
  const [figures] = await crm.api().sql<{ users: string; orders: string; revenue: string; average: string }>(
    `with o as (select value from kv_store_3cbf86a5 where key ~ '^order:order_'),
       paid as (select (value ->> 'total')::numeric as total from o where value ->> 'status' not in ('cancelled', 'refunded'))
     select (select count(*) from kv_store_3cbf86a5 where key ~ '^user:user_[^:]*$') as users, (select count(*) from o) as orders,
       (select sum(total) from paid)::text as revenue, (select round(avg(total), 2) from paid)::text as average`,
  );
  const money = (amount?: string) =>
    new Intl.NumberFormat('en-US', { style: 'currency', currency: 'MYR' }).format(Number(amount));
  const page = await crm.open();
  await tab(page, 'Overview').click();
  const shown = (id: string) => page.getByTestId(id).textContent();
  await expect.poll(() => shown('total-orders')).toBe(figures?.orders);
  expect(await shown('total-users')).toBe(figures?.users);
  expect(await shown('total-revenue')).toBe(money(figures?.revenue));
  expect(await shown('average-order')).toBe(money(figures?.average));
  await page
    .getByText(/in the last 30 days/)
    .nth(2)
    .waitFor();
  await page.close();
});

it('shows hostile names of users and orders as the text they are', async () => {
  const seen: string[] = [];
  for (const [i, text] of XSS_PAYLOADS.slice(0, 8).entries()) {
    const userId = `user_177000000000${i}_payload00`;
    const orderId = `order_177000000000${i}_payload00`;
    const address = { recipient: text, line1: text, city: text, [text]: text };
    const rows = {
      [`user:${userId}`]: {
        id: userId,
        email: text,
        name: text,
        phone: text,
        tags: [text],
        accountStatus: text,
        address,
      },
      [`order:${orderId}`]: {
        ...{ id: orderId, userId, orderNumber: text, total: 1, status: text, notes: text, shippingAddress: address },
        ...{ items: [{ name: text, quantity: 1, price: 1, variant: text }], trackingNumber: text },
        timeline: [{ status: text, at: text, note: text, actor: text }],
      },
    };
    for (const [key, stored] of Object.entries(rows)) {
      await crm.api().sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [key, JSON.stringify(stored)]);
    }
  }
  const page = await crm.open();
  await page.exposeFunction('pwned', (what: unknown) => seen.push(`ran: ${what}`));
  page.on('dialog', (dialog) => {
    seen.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
  for (const name of ['Users', 'Orders']) {
    for (const [i, text] of XSS_PAYLOADS.slice(0, 8).entries()) {
      const id = `${name === 'Users' ? 'user' : 'order'}_177000000000${i}_payload00`;
      await toList(page, name);
      await page.locator(`.list-pane [data-record="${id}"] .record-open`).click();
      await page.getByRole('heading', { name: name === 'Users' ? 'Details' : 'Change log' }).waitFor();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(text);
      await page.getByRole('button', { name: 'Back to the list' }).click();
    }
  }
  expect(seen).toEqual([]);
  await page.close();
});
