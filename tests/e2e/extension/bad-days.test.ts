import { expect, it } from 'vitest';
import { notes, openLead, row, save, tab, useCrm } from './crm.ts';

const crm = useCrm();

it('shows that it waits for a slow API, and then what it answered', async () => {
  await crm.capture({ email: 'paula@example.com', name: 'Paula' });
  const page = await crm.open();
  await page.close();
  crm.proxy().set({ slow: 4_000 }, ({ path }) => path.startsWith('/leads'));
  const slow = await crm.extension().open('popup');
  await tab(slow, 'Leads').click();
  await slow.getByText('Loading leads').waitFor({ state: 'attached' });
  await row(slow, 'Paula').waitFor();
  crm.proxy().set('pass');
  await slow.close();
});

it('says what an HTML page in place of the API means, and loses nothing that was typed', async () => {
  const page = await crm.open();
  await openLead(page, 'Paula');
  await notes(page).fill('Typed before the outage');
  crm.proxy().set('html');
  await save(page).click();
  await page.getByText(/Saving failed: .* answered with something else/).waitFor();
  await page.getByText(/not known whether it was saved/).waitFor();
  expect(await notes(page).inputValue()).toBe('Typed before the outage');
  crm.proxy().set('pass');
  await page.getByText('Backend Connected').waitFor();
  await page.getByRole('button', { name: 'Retry' }).last().click();
  await page.getByText(/Stored .* · verified/).waitFor();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.close();
});

it('names an answer of a version that it does not know', async () => {
  const page = await crm.open();
  await tab(page, 'Leads').click();
  crm
    .proxy()
    .set({ rewrite: ({ leads: _, ...rest }) => ({ ...rest, items: [] }) }, ({ path }) => path.startsWith('/leads?'));
  await page.getByLabel('Source').selectOption('chatbot');
  await page
    .getByText(/does not know. Update whichever/)
    .first()
    .waitFor();
  crm.proxy().set('pass');
  await page.getByLabel('Source').selectOption('');
  await row(page, 'Paula').waitFor();
  await page.close();
});

it('shows a row that fails the schema as such, and the others', async () => {
  await crm.capture({ email: 'quinn@example.com', name: 'Quinn' });
  const page = await crm.open();
  crm.proxy().set(
    {
      rewrite: (body) => ({
        ...body,
        // biome-ignore lint/suspicious/noExplicitAny: the reply of another version.
        leads: body.leads.map((lead: any) => (lead.name === 'Quinn' ? { ...lead, email: 42 } : lead)),
      }),
    },
    ({ path }) => path.startsWith('/leads?'),
  );
  await tab(page, 'Leads').click();
  await page.getByLabel('Received').selectOption('today');
  await page.getByText('1 row cannot be shown as a lead.').waitFor();
  await row(page, 'Paula').waitFor();
  crm.proxy().set('pass');
  await page.getByLabel('Received').selectOption('any');
  await row(page, 'Quinn').waitFor();
  await page.close();
});

it('leads back to Connect with the reason when the key is revoked, and the note is there afterwards', async () => {
  const page = await crm.open();
  await openLead(page, 'Quinn');
  await notes(page).fill('Not yet saved when the key ended');
  await page.getByText('Not saved yet').waitFor();
  const unauthorized = {
    success: false,
    error: {
      code: 'unauthorized',
      message: 'This key or session is not accepted here. Sign in again.',
      requestId: 'r',
    },
  };
  crm.proxy().set({ status: 401, json: unauthorized });
  await page.getByLabel('Connection code').waitFor();
  await page.getByText('This key or session is not accepted here').waitFor();
  crm.proxy().set('pass');
  await page.close();
  const again = await crm.open();
  await again.getByRole('heading', { level: 1, name: 'Quinn' }).waitFor();
  expect(await notes(again).inputValue()).toBe('Not yet saved when the key ended');
  await again.getByRole('button', { name: 'Discard' }).click();
  await again.close();
});

it('keeps the badge right although the worker is ended', async () => {
  const page = await crm.open();
  await page.close();
  const extension = crm.extension();
  await extension.stopWorker();
  await crm.capture({ email: 'rita@example.com', name: 'Rita' });
  // Browsers ring every 30 seconds; here it rings at once.
  const worker = await extension.worker();
  await worker.evaluate(() => {
    const { alarms } = (globalThis as unknown as { chrome: { alarms: { create(name: string, when: object): void } } })
      .chrome;
    alarms.create('watch', { when: Date.now(), periodInMinutes: 0.5 });
  });
  const [counted] = await crm
    .api()
    .sql<{ count: string }>(
      `select count(*) from kv_store_3cbf86a5 where key like 'lead:%' and value ->> 'status' = 'new'`,
    );
  await expect.poll(async () => (await extension.badge()).text).toBe(counted?.count);
});
