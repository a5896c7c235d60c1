import { expect, it } from 'vitest';
import { encodeConnectionCode } from '../../../shared/contract/connection-code.ts';
import { startApi } from '../../rig/api.ts';
import { paste, tab, useCrm } from './crm.ts';

const crm = useCrm();

it('tells what is wrong with a code beside the field, and keeps what was typed', async () => {
  const page = await crm.extension().open('popup');
  const attempts: [string, RegExp][] = [
    ['', /Paste the connection code/],
    ['hello', /no connection code/],
    ['vs1_eyJ1cmwi', /not whole/],
    ['http://127.0.0.1:8787', /an address, not a connection code/],
    ['sb_secret_abcdefghijklmnop', /secret key of a Supabase project/],
    [encodeConnectionCode({ url: crm.proxy().url, key: 'a-wrong-key-of-some-length' }), /does not know this key/],
    [encodeConnectionCode({ url: 'http://127.0.0.1:9', key: 'a-key-of-some-length' }), /Nobody answers/],
    [encodeConnectionCode({ url: 'http://crm.example.com', key: 'a-key-of-some-length' }), /Use https/],
  ];
  for (const [code, sentence] of attempts) {
    await paste(page, code);
    await page.getByText(sentence).waitFor();
    expect(await page.getByLabel('Connection code').inputValue()).toBe(code);
    expect(await page.getByLabel('Connection code').getAttribute('aria-invalid')).toBe('true');
  }
  await page.close();
});

it('says what answers in place of our API', async () => {
  const page = await crm.extension().open('popup');
  const { proxy, api } = crm;
  const code = encodeConnectionCode({ url: proxy().url, key: api().adminKey });
  proxy().set('html');
  await paste(page, code);
  await page.getByText(/something else than our API/).waitFor();
  proxy().set({ rewrite: (health) => ({ ...health, version: '0.0.9' }) }, ({ path }) => path.endsWith('/health'));
  await paste(page, code);
  await page.getByText(/is version 0\.0\.9; this extension needs/).waitFor();
  proxy().set({ status: 404, json: { message: 'no Route matched' } });
  await paste(page, code);
  await page.getByText(/not our API/).waitFor();
  proxy().set('pass');
  await page.close();
});

it('connects by one paste, shows live data, and is still connected when it opens again', async () => {
  const page = await crm.open('popup');
  await page.getByText('No leads yet').waitFor();
  await page.close();
  const again = await crm.extension().open('popup');
  await again.getByText('Backend Connected').waitFor();
  await again.close();
});

it('keeps the key beyond the browser only for those who want to stay signed in', async () => {
  const isKept = async () => JSON.stringify((await crm.extension().storage()).local).includes(crm.api().adminKey);
  expect(await isKept()).toBe(false);
  const page = await crm.open('popup');
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Stay signed in').check();
  await paste(page, encodeConnectionCode({ url: crm.proxy().url, key: crm.api().adminKey }));
  await page.getByText('Backend Connected').waitFor();
  expect(await isKept()).toBe(true);
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Connection code').waitFor();
  const { local, session } = await crm.extension().storage();
  expect(JSON.stringify([local, session])).not.toContain(crm.api().adminKey);
  await page.close();
});

it('switches between several connections', async () => {
  const page = await crm.open('popup');
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: 'Add a connection' }).click();
  await paste(page, encodeConnectionCode({ url: crm.api().url, key: crm.api().viewerKey }));
  await page.getByText('Backend Connected').waitFor();
  await page.getByRole('button', { name: /^Connection: / }).click();
  const names = page.getByRole('menuitemradio').or(page.getByRole('menuitemcheckbox'));
  await names.nth(1).waitFor();
  expect(await names.count()).toBe(2);
  await names.first().click();
  await page.getByText('Backend Connected').waitFor();
  expect((await crm.extension().storage()).local.activeConnection).toBeTruthy();
  await page.close();
});

it('shows nothing of the connection before, wherever in the app one switches', async () => {
  const other = await startApi();
  const lead = await crm.capture({ email: 'here@example.com' });
  const reply = await other.request('POST', '/leads', { key: null, body: { email: 'there@example.com' } });
  const otherLead = ((await reply.json()) as { leadId: string }).leadId;
  const page = await crm.open('tab');
  const rows = page.getByRole('table', { name: /^With this lead/ });
  const openHow = async () => {
    await tab(page, 'Sync').click();
    await page.getByRole('tab', { name: 'How It Works' }).click();
  };
  await openHow();
  await rows.getByText(`lead:${lead}`).waitFor();
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: 'Add a connection' }).click();
  await paste(page, encodeConnectionCode({ url: other.url, key: other.adminKey }));
  await openHow();
  await rows.getByText(`lead:${otherLead}`).waitFor();
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitemradio').or(page.getByRole('menuitemcheckbox')).first().click();
  await openHow();
  await rows.getByText(`lead:${lead}`).waitFor();
  expect(await page.getByText(otherLead).count()).toBe(0);
  await page.close();
  await other.close();
});
