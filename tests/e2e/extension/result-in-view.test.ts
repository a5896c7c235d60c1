import type { Locator } from 'playwright';
import { expect, it } from 'vitest';
import { tab, useCrm } from './crm.ts';

const crm = useCrm();

/** Whether all of it is in what the popup shows of the screen. */
const isInView = (locator: Locator) =>
  locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const shown = element.closest('.screen')?.getBoundingClientRect();
    return top >= (shown?.top ?? 0) && bottom <= (shown?.bottom ?? 0);
  });

it('brings what a press has found into view', async () => {
  const id = await crm.capture({ email: 'ann@example.com', name: 'Ann' });
  const page = await crm.open();
  await tab(page, 'Sync').click();
  await page.getByRole('button', { name: 'Run Connection Tests' }).click();
  const verdict = page.getByText('5/5 tests passing');
  await verdict.waitFor();
  await expect.poll(() => isInView(page.locator('[data-step=schema]'))).toBe(true);
  expect(await isInView(verdict)).toBe(true);

  await page.getByLabel('Receipt').fill(id);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect.poll(() => isInView(page.getByTestId('receipt-verdict'))).toBe(true);
  await page.close();
});

it('does not move the screen for anything else', async () => {
  const id = await crm.capture({ email: 'bo@example.com', name: 'Bo' });
  const page = await crm.open();
  await tab(page, 'Sync').click();
  await page.getByLabel('Receipt').fill(id);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  const verdict = page.getByTestId('receipt-verdict');
  await verdict.waitFor();
  const screen = page.locator('.screen');
  await expect.poll(() => screen.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
  await screen.evaluate((element) => element.scrollTo(0, 0));
  await crm.api().request('PATCH', `/leads/${id}`, { body: { notes: 'A call' } });
  await verdict.getByText(', not checked since').waitFor();
  expect(await screen.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  await page.close();
});
