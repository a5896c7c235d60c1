import { beforeAll, describe, expect, it } from 'vitest';
import { openLead, useCrm } from './crm.ts';

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
