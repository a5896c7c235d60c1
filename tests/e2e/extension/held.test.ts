import { expect, it } from 'vitest';
import { row, tab, useCrm } from './crm.ts';

const crm = useCrm();
const held = async () =>
  Number((await crm.api().sql<{ count: string }>('select count(*) from crm.held_submissions'))[0]?.count);

it('shows what is held, releases one into the list and deletes another after a question', async () => {
  await crm.capture({ email: 'maybe@example.com', name: 'Maybe Real', lf_extra: 'autofilled' });
  await crm.capture({ email: 'bot@example.com', name: 'Surely Bot', message: 'http://a.example '.repeat(9) });
  const page = await crm.open();
  await tab(page, 'Leads').click();
  await page.getByRole('button', { name: '2 held' }).click();
  const entry = (name: string) => page.locator('li.card').filter({ hasText: name });
  await entry('Maybe Real').getByText('Filled a field that nobody sees').waitFor();
  await entry('Surely Bot').getByText('Many links in the message').waitFor();

  await entry('Maybe Real').getByRole('button', { name: 'Release' }).click();
  await page.getByText('Released: it is a lead now.').waitFor();
  expect(await held()).toBe(1);
  await entry('Surely Bot').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('Nothing is held.').waitFor();
  expect(await held()).toBe(0);
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await row(page, 'Maybe Real').waitFor();
  expect(await row(page, 'Surely Bot').count()).toBe(0);
  await page.close();
});
