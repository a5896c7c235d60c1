import type { Locator } from 'playwright';
import { expect, it } from 'vitest';
import { useSite } from './site.ts';

const site = useSite();

const styleOf = (locator: Locator, ...names: string[]) =>
  locator.evaluate((element, wanted) => {
    const style = getComputedStyle(element);
    return Object.fromEntries(wanted.map((name) => [name, style.getPropertyValue(name)]));
  }, names);

it('hostile page rules do not reach the form', async () => {
  const visit = await site.visit('hostile-css');
  const INHERITED = [
    'font-size',
    'font-style',
    'letter-spacing',
    'word-spacing',
    'text-transform',
    'text-align',
    'line-height',
  ];
  expect(await styleOf(visit.form.locator('[part=root]'), 'display', ...INHERITED)).toEqual({
    display: 'block',
    'font-size': '16px',
    'font-style': 'normal',
    'letter-spacing': 'normal',
    'word-spacing': '0px',
    'text-transform': 'none',
    'text-align': 'start',
    'line-height': '24px',
  });
  expect(
    await styleOf(visit.field('Email'), 'font-size', 'border-top-width', 'float', 'border-top-left-radius'),
  ).toEqual({
    'font-size': '16px',
    'border-top-width': '1px',
    float: 'none',
    'border-top-left-radius': '8px',
  });
  const plain = await site.visit('plain');
  const [hostile, calm] = await Promise.all([visit, plain].map(({ submit }) => submit.boundingBox()));
  expect(hostile?.height).toBe(calm?.height);
});

it('the form’s rules do not reach the page', async () => {
  const WATCHED = ['#witness', '#own', '#own-button', 'h1'];
  const look = (page: import('playwright').Page) =>
    page.evaluate(
      (selectors) =>
        selectors.map((selector) => {
          const element = document.querySelector(selector);
          return (
            element &&
            Array.from(
              getComputedStyle(element),
              (name) => `${name}:${getComputedStyle(element).getPropertyValue(name)}`,
            )
          );
        }),
      WATCHED,
    );
  const bare = await site.visit('hostile-css', {
    wait: false,
    before: (page) => page.route('**/widget.js', (route) => route.abort()),
  });
  const withForm = await site.visit('hostile-css');
  expect(await look(withForm.page)).toEqual(await look(bare.page));
});

it('takes the page’s typeface', async () => {
  const visit = await site.visit('themed');
  expect(await styleOf(visit.field('Email'), 'font-family')).toEqual({ 'font-family': 'system-ui' });
});

it('custom properties and parts theme it', async () => {
  const visit = await site.visit('themed');
  expect(await styleOf(visit.submit, 'background-color', 'border-top-left-radius', 'text-transform')).toEqual({
    'background-color': 'rgb(122, 31, 162)',
    'border-top-left-radius': '0px',
    'text-transform': 'uppercase',
  });
  expect(await styleOf(visit.form.locator('[part=root]'), 'padding-top', 'border-top-width')).toEqual({
    'padding-top': '0px',
    'border-top-width': '0px',
  });
});

it('follows the colour scheme of the page, unless a theme is named', async () => {
  const visit = await site.visit('dark', { colorScheme: 'light' });
  const [first, second] = await visit.page
    .locator('lead-form [part=root]')
    .evaluateAll((roots) => roots.map((root) => getComputedStyle(root).backgroundColor));
  expect(first).toBe('rgb(22, 25, 29)');
  expect(second).toBe('rgb(255, 255, 255)');
});

it('stays light on a light page whatever the system says', async () => {
  const visit = await site.visit('plain', { colorScheme: 'dark' });
  expect(await styleOf(visit.form.locator('[part=root]'), 'background-color')).toEqual({
    'background-color': 'rgb(255, 255, 255)',
  });
});

it('stays light, and readable, in a browser without light-dark()', async () => {
  const visit = await site.visit('dark', {
    before: (page) =>
      page.addInitScript(() => {
        CSS.supports = () => false;
      }),
  });
  expect(
    await visit.form.evaluate(({ shadowRoot }) =>
      /light-dark/.test(shadowRoot?.adoptedStyleSheets[0]?.cssRules[1]?.cssText ?? 'light-dark'),
    ),
  ).toBe(false);
  expect(await styleOf(visit.form.locator('[part=root]'), 'background-color', 'color')).toEqual({
    'background-color': 'rgb(255, 255, 255)',
    color: 'rgb(27, 31, 36)',
  });
});

it('runs from right to left on a right-to-left page', async () => {
  const visit = await site.visit('rtl');
  await visit.submit.click();
  const summary = visit.form.locator('[part=summary]');
  await summary.waitFor();
  expect(await styleOf(summary, 'direction', 'border-right-width', 'border-left-width')).toEqual({
    direction: 'rtl',
    'border-right-width': '4px',
    'border-left-width': '1px',
  });
  const label = await visit.form.locator('label').first().boundingBox();
  const input = await visit.form.locator('[part=input]').first().boundingBox();
  const right = (box: typeof label) => Math.round((box?.x ?? 0) + (box?.width ?? 0));
  expect(right(label)).toBe(right(input));
});
