import { beforeAll, describe, expect, it } from 'vitest';
import { openLead, tab, useCrm } from './crm.ts';

const crm = useCrm();

beforeAll(async () => {
  await crm.api().request('POST', '/seed');
});

describe.each(['ltr', 'rtl'])('read %s', (direction) => {
  it.each([320, 340, 400])('the steps of a lead fit into %i px, apart from each other', async (width) => {
    const page = await crm.open('sidepanel');
    await page.setViewportSize({ width, height: 700 });
    await page.evaluate((dir) => {
      document.documentElement.dir = dir;
    }, direction);
    await openLead(page, 'David Lim');
    const gaps = await page.locator('.steps').evaluate((steps) => {
      const words = [...steps.children].map((step) => {
        const range = document.createRange();
        range.selectNodeContents(step);
        return range.getBoundingClientRect();
      });
      words.sort((left, right) => left.left - right.left);
      return {
        isWider: steps.scrollWidth > steps.clientWidth,
        least: Math.min(...words.slice(1).map(({ left }, index) => left - (words[index]?.right ?? 0))),
        lines: Math.max(...words.map(({ height }) => height)),
      };
    });
    expect(gaps.isWider).toBe(false);
    expect(gaps.least).toBeGreaterThanOrEqual(4);
    // The mark and one line.
    expect(gaps.lines).toBeLessThan(48);
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.close();
  });
});

it('a toast takes the width of the popup and two lines of it', async () => {
  await crm.api().request('DELETE', '/seed');
  const page = await crm.open();
  await tab(page, 'Overview').click();
  await page.locator('main').getByRole('button', { name: 'Seed Data' }).click();
  const toast = page.locator('.toast').filter({ hasText: 'Added 6 demo leads' });
  await toast.waitFor();
  const { width = 0, height = 0 } = (await toast.boundingBox()) ?? {};
  expect(width).toBeGreaterThanOrEqual(384);
  expect(height).toBeLessThan(60);
  await page.close();
});

it('the newest leads are named in full in the tab', async () => {
  const page = await crm.open('tab');
  await tab(page, 'Overview').click();
  const names = page.locator('.figures .lead-name');
  await names.first().waitFor();
  const cut = await names.evaluateAll((all) =>
    all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ textContent }) => textContent),
  );
  expect(cut).toEqual([]);
  await page.close();
});
