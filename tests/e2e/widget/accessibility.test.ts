import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { useSite, type Visit } from './site.ts';

const site = useSite();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = readdirSync(new URL('../../../widget/pages', import.meta.url)).map((file) => file.replace('.html', ''));

/** What axe finds on the page as it is, shadow roots included, as one line a finding. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => `${id} ${target.join(' ')} ${any[0]?.message}`),
  );
}

/** Fills whatever the form asks for. */
const fillAll = (form: Locator) =>
  form.evaluate((element) => {
    for (const control of Array.from(element.shadowRoot?.querySelectorAll('[name]') ?? [])) {
      const input = control as HTMLInputElement;
      if (input.name === 'lf_extra') continue;
      if (/checkbox|radio/.test(input.type)) input.checked = true;
      else if (control instanceof HTMLSelectElement) control.selectedIndex = 1;
      else input.value = { email: 'axe@example.com', date: '2027-01-31' }[input.type] ?? 'Text';
    }
  });

async function expectAccessible(visit: Visit): Promise<void> {
  const { page, form, submit, summary, thanks } = visit;
  expect(await findings(page), 'the empty form').toEqual([]);
  await submit.click();
  await summary.waitFor();
  expect(await findings(page), 'the form with errors').toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'reflow').toBeLessThanOrEqual(320);
  await fillAll(form);
  await submit.click();
  await thanks.waitFor();
  expect(await findings(page), 'the thanks').toEqual([]);
}

describe('axe finds nothing at 320 px', () => {
  const viewport = { width: 320, height: 800 };

  // These two never show thanks: one leaves the page, the other may not connect.
  it.each(PAGES.filter((name) => name !== 'redirect' && name !== 'hostile-css'))('on %s', async (name) => {
    await expectAccessible(await site.visit(name, { viewport, colorScheme: 'light' }));
  });

  it.each(['redirect', 'hostile-css'])('on %s as it comes', async (name) => {
    expect(await findings((await site.visit(name, { viewport })).page)).toEqual([]);
  });

  it.each(['demo', 'dark'])('in the dark on %s', async (name) => {
    await expectAccessible(await site.visit(name, { viewport, colorScheme: 'dark' }));
  });

  it('with a theme that follows the system', async () => {
    const visit = await site.visit('plain', { viewport, colorScheme: 'dark' });
    await visit.form.evaluate((element) => element.setAttribute('theme', 'auto'));
    await expect
      .poll(() => visit.form.locator('[part=root]').evaluate((root) => getComputedStyle(root).backgroundColor))
      .toBe('rgb(22, 25, 29)');
    await expectAccessible(visit);
  });
});

it('targets are large enough, and no phone zooms into an input', async () => {
  const visit = await site.visit('all-fields', { viewport: { width: 320, height: 800 } });
  await visit.submit.click();
  await visit.summary.waitFor();
  const sizes = await visit.form.evaluate((element) =>
    Array.from(element.shadowRoot?.querySelectorAll('a, button, [part=input], [part=choice]') ?? [], (target) => {
      const { width, height } = target.getBoundingClientRect();
      return { tag: target.localName, width, height, font: Number.parseFloat(getComputedStyle(target).fontSize) };
    }),
  );
  expect(sizes.length).toBeGreaterThan(15);
  for (const { tag, width, height, font } of sizes) {
    expect(Math.min(width, height), tag).toBeGreaterThanOrEqual(tag === 'a' || tag === 'label' ? 24 : 44);
    expect(font, tag).toBeGreaterThanOrEqual(16);
  }
});

it('the status region is there before it speaks', async () => {
  const visit = await site.visit('plain');
  expect(await visit.form.getByRole('status').textContent()).toBe('');
});

it('every error leads to its control, also in a group of boxes', async () => {
  const visit = await site.visit('custom-fields');
  await visit.submit.click();
  await visit.summary.getByText('Home visit is needed.').click();
  expect(await visit.field('Yes').evaluate((input) => input.matches(':focus'))).toBe(true);
});

it('forced colours and reduced motion leave a usable form', async () => {
  const visit = await site.visit('plain', { forcedColors: 'active', reducedMotion: 'reduce' });
  const style = await visit.submit.evaluate((button) => {
    const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(button);
    return { borderTopWidth, visible: borderTopColor !== backgroundColor };
  });
  expect(style).toEqual({ borderTopWidth: '1px', visible: true });
  const moving = await visit.form.evaluate((element) =>
    Array.from(element.shadowRoot?.querySelectorAll('*') ?? []).filter(
      (node) => Number.parseFloat(getComputedStyle(node).transitionDuration) > 0,
    ),
  );
  expect(moving).toEqual([]);
});

it('prints labels and values, not the button', async () => {
  const visit = await site.visit('plain');
  await visit.field('Email').fill('paper@example.com');
  await visit.page.emulateMedia({ media: 'print' });
  expect(await visit.submit.isVisible()).toBe(false);
  expect(await visit.field('Email').isVisible()).toBe(true);
});
