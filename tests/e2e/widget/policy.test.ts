import { expect, it } from 'vitest';
import { expectThanks, useSite } from './site.ts';

const STRICT =
  "default-src 'none'; script-src __API__; connect-src __API__; require-trusted-types-for 'script'; trusted-types 'none'";

const site = useSite({
  headers: {
    'strict-csp': { 'content-security-policy': STRICT },
    'no-connect': { 'content-security-policy': "default-src 'none'; script-src __API__" },
    plain: { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-opener-policy': 'same-origin' },
  },
});

it('shows, fails, retries and succeeds without one violation under the strict policy', async () => {
  const visit = await site.visit('strict-csp');
  await visit.submit.click();
  await visit.summary.waitFor();
  await visit.field('Email').fill('strict@example.com');
  await visit.field('Budget').selectOption('Small');
  await visit.form.getByRole('checkbox', { name: 'I agree.' }).check();
  await visit.submit.click();
  await expectThanks(visit);
  expect(await visit.violations()).toEqual([]);
  expect(visit.crashes).toEqual([]);
  expect(visit.logs.filter((line) => /Content.Security.Policy|Trusted/i.test(line))).toEqual([]);
});

it('is styled under the strict policy', async () => {
  const visit = await site.visit('strict-csp');
  const height = await visit.submit.evaluate((button) => getComputedStyle(button).minHeight);
  expect(height).toBe('44px');
});

it('names the policy when the policy blocks the connection', async () => {
  const visit = await site.visit('no-connect');
  await visit.field('Email').fill('blocked@example.com');
  await visit.submit.click();
  await visit.summary.getByText('This page’s security policy blocks the connection to the server.').waitFor();
  expect(await visit.violations()).toEqual([`connect-src ${site.api().url}/leads`]);
  expect((await visit.events()).at(-1)?.detail).toMatchObject({ code: 'blocked' });
  expect(await visit.field('Email').inputValue()).toBe('blocked@example.com');
});

it('runs on an isolated page (COEP require-corp)', async () => {
  const visit = await site.visit('plain');
  expect(await visit.page.evaluate(() => crossOriginIsolated)).toBe(true);
});
