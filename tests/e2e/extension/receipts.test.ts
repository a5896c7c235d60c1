import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import type { CaptureReply } from '../../../shared/contract/capture.ts';
import { openLead, row, tab, useCrm } from './crm.ts';

const TABLE = 'kv_store_3cbf86a5';

const crm = useCrm();
let reply: CaptureReply;
let page: Page;
beforeAll(async () => {
  const sent = await crm.api().request('POST', '/leads', {
    key: null,
    body: {
      ...{ email: 'vera@example.com', name: 'Vera', message: '<img src=x onerror=alert(1)>' },
      submissionId: crypto.randomUUID(),
    },
  });
  reply = (await sent.json()) as CaptureReply;
});

/** Pastes a text into the field and verifies it. @returns the outcome */
async function verify(text: string): Promise<string | null> {
  page = await crm.open();
  await tab(page, 'Sync').click();
  await page.getByLabel('Receipt').fill(text);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  const verdict = page.getByTestId('receipt-verdict');
  await verdict.waitFor();
  return verdict.getAttribute('data-outcome');
}

it('a lead is verified where it is shown: what is on the screen is what is stored', async () => {
  const page = await crm.open();
  await openLead(page, 'Vera');
  const stored = page.getByText(/^Stored .*by the change log/);
  expect(await stored.innerText()).toContain(`transaction ${reply.receipt.transactionId},`);
  await page.getByRole('button', { name: 'Verify this lead' }).click();
  await stored.waitFor({ state: 'detached' });
  const line = await page.getByTestId('lead-proof').innerText();
  expect(line).toContain('Verified, as it was acknowledged');
  expect(line.replace(/\s+/g, ' ')).toContain(`transaction ${reply.receipt.transactionId}`);
  expect(line).toContain(reply.receipt.digest.slice(0, 8));
  await page.getByRole('button', { name: 'Copy the digest' }).waitFor();

  crm
    .proxy()
    .set({ rewrite: (body) => ({ ...body, lead: { ...body.lead, budget: 'forged' } }) }, ({ path }) =>
      path.startsWith(`/leads/${reply.leadId}`),
    );
  await page.getByRole('radio', { name: 'Contacted' }).click();
  await page.getByText('forged').first().waitFor();
  await page.getByRole('button', { name: 'Verify this lead' }).click();
  await page.getByText('What this page shows is not what is stored: Budget.').waitFor();
  crm.proxy().set('pass');
  await page.getByRole('button', { name: 'Verify this lead' }).click();
  await page.getByTestId('lead-proof').waitFor();

  // Nothing that was verified stands beside what was not.
  await crm.api().request('PATCH', `/leads/${reply.leadId}`, { body: { phone: '+60 12 345' } });
  await page.getByText('The lead was read anew since. Verify it again.').waitFor();
  expect(await page.getByTestId('lead-proof').count()).toBe(0);
  await page.close();
});

it('a receipt as the form got it: changed since, with who did what', async () => {
  expect(await verify(JSON.stringify(reply))).toBe('changed');
  await page.getByText('gives exactly the text of the receipt').waitFor();
  await page.getByText('Changed Phone').waitFor();
  await page.getByText('Status: Contacted').waitFor();
  await page.getByText('by somebody with the admin key').first().waitFor();
  await page.close();
});

it('a receipt of a row that nobody touched: stored exactly so', async () => {
  const fresh = await (
    await crm.api().request('POST', '/leads', { key: null, body: { email: 'w@example.com' } })
  ).json();
  expect(await verify(JSON.stringify(fresh, null, 2))).toBe('unchanged');
  await page.getByText('Stored exactly as the receipt says').waitFor();
  // What is said stands beside what it is about only.
  await page.getByLabel('Receipt').fill('something else');
  expect(await page.getByTestId('receipt-verdict').count()).toBe(0);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText(/^Paste what POST \/leads answered/).waitFor();
  await tab(page, 'Overview').click();
  await tab(page, 'Sync').click();
  expect(await page.getByLabel('Receipt').inputValue()).toBe('');
  await page.close();
});

it('a receipt of a row that was changed past the log: red', async () => {
  await crm.api().sql(`do $$ begin set local session_replication_role = replica;
    update ${TABLE} set value = jsonb_set(value, '{name}', '"Vero"') where key = '${reply.receipt.key}'; end $$`);
  expect(await verify(JSON.stringify(reply.receipt))).toBe('changed past the log');
  await page.close();
});

it('a receipt of a deleted row, of another database, and the id of a lead alone', async () => {
  await crm.api().request('DELETE', `/leads/${reply.leadId}`);
  expect(await verify(JSON.stringify(reply))).toBe('deleted');
  await page.close();
  expect(await verify(JSON.stringify({ ...reply.receipt, key: 'lead:lead_1736177352123_abc123def' }))).toBe(
    'never stored here',
  );
  await page.close();
  const id = await crm.capture({ email: 'x@example.com' });
  expect(await verify(id)).toBe('stored');
  await page.getByText('only the text was compared').waitFor();
  await page.close();
});

it('a lead changed past the log is not verified where it is shown, and what was verified ages', async () => {
  const id = await crm.capture({ email: 'old@example.com', name: 'Olga', submissionId: crypto.randomUUID() });
  expect(await verify(id)).toBe('unchanged');
  await page.getByText('Verified, as it was acknowledged').waitFor();
  await crm.api().request('PATCH', `/leads/${id}`, { body: { phone: '+60 12 345' } });
  await page.getByText(', not checked since').waitFor();
  expect(await page.getByTestId('receipt-verdict').locator('.notice').getAttribute('data-tone')).toBe('neutral');
  await crm.api().sql(`do $$ begin set local session_replication_role = replica;
    update ${TABLE} set value = jsonb_set(value, '{name}', '"Olaf"') where key = 'lead:${id}'; end $$`);
  await page.reload();
  // The lead that was open before is left by a second press.
  await tab(page, 'Leads').click();
  await openLead(page, 'Olaf');
  await page.getByRole('button', { name: 'Verify this lead' }).click();
  await page.getByText('Changed past the change log').waitFor();
  expect(await page.getByTestId('lead-proof').count()).toBe(0);
  await page.close();
});

it('the report finds such a lead too, and the statement that mends it can be copied', async () => {
  const id = await crm.capture({ email: 'sql@example.com', submissionId: crypto.randomUUID() });
  await crm.api().sql(`do $$ begin set local session_replication_role = replica;
    update ${TABLE} set value = jsonb_set(value, '{email}', '"other@example.com"') where key = 'lead:${id}'; end $$`);
  page = await crm.open();
  await tab(page, 'Sync').click();
  const finding = page.locator('[data-code="row.changed"]');
  await finding.getByText(/^insert into crm\.changes .*;$/).waitFor();
  await finding.getByRole('button', { name: 'Copy the statement' }).waitFor();
  await crm.api().request('DELETE', `/leads/${id}`);
  await page.close();
});

it('an altered receipt accuses the receipt, not the row', async () => {
  const body = { email: 'ina@example.com', submissionId: crypto.randomUUID() };
  const fresh = (await (await crm.api().request('POST', '/leads', { key: null, body })).json()) as CaptureReply;
  expect(await verify(JSON.stringify({ ...fresh.receipt, digest: '0'.repeat(64) }))).toBe('another receipt');
  await page.getByText('Not the receipt of this lead').waitFor();
  await page.close();
});

it('the end of an id, as the thanks show it, leads to the search in Leads', async () => {
  const id = await crm.capture({ email: 'end@example.com', name: 'Enno' });
  page = await crm.open();
  await tab(page, 'Sync').click();
  await page.getByLabel('Receipt').fill(`Receipt: ${id.slice(-9)}`);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('button', { name: 'Search in Leads' }).click();
  await row(page, 'Enno').waitFor();
  await expect.poll(() => page.locator('.list-pane .lead-row').count()).toBe(1);
  expect(await page.getByRole('searchbox').inputValue()).toBe(id.slice(-9));
  await page.close();
});
