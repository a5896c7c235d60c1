import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { expectThanks, useSite } from './site.ts';

const site = useSite();

const polyfills = (urls: { url(): string }[]) => urls.filter((request) => request.url().includes('webcomponents'));

/** Holds the script back until the returned function is called. */
async function holdScript(page: Page): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/widget.js', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

it('without scripts the form inside the element stores a lead and comes back to the page', async () => {
  const visit = await site.visit('no-script', { javaScriptEnabled: false, wait: false });
  const { page } = visit;
  expect(await page.locator('#lead-form-sent').isVisible()).toBe(false);
  await page.getByLabel('Name').fill('No Script');
  await page.getByLabel('Email').fill('noscript@example.com');
  await page.getByLabel('Message').fill('By hand.');
  await page.getByLabel('I agree to be called.').check();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForURL('**/no-script.html#lead-form-sent');
  expect(await page.locator('#lead-form-sent').isVisible()).toBe(true);
  expect(await site.leads()).toContainEqual(
    expect.objectContaining({
      email: 'noscript@example.com',
      name: 'No Script',
      message: 'By hand.',
      source: 'consultation',
      consent: { given: true, text: 'I agree to be called.' },
    }),
  );
});

it('the demo page works without scripts too', async () => {
  const { page } = await site.visit('demo', { javaScriptEnabled: false, wait: false });
  await page.goto(`${site.api().url}/`);
  await page.getByLabel('Email').fill('demo@example.com');
  await page.getByLabel('Message').fill('Hello');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForURL(`${site.api().url}/#lead-form-sent`);
  expect(await page.locator('#lead-form-sent').isVisible()).toBe(true);
  expect(await site.leads()).toContainEqual(expect.objectContaining({ email: 'demo@example.com' }));
});

it('a blocked script leaves the fallback in place', async () => {
  const visit = await site.visit('no-script', {
    wait: false,
    before: (page) => page.route('**/widget.js', (route) => route.abort()),
  });
  expect(await visit.page.getByLabel('Email').isVisible()).toBe(true);
});

it('the fallback is hidden once the script has run', async () => {
  const visit = await site.visit('no-script');
  expect(await visit.page.locator('lead-form > form').isVisible()).toBe(false);
});

it('text typed before a slow script arrived is carried over, with the focus', async () => {
  let release = () => {};
  const visit = await site.visit('slow-script', {
    wait: false,
    before: async (page) => {
      release = await holdScript(page);
      // A deferred script holds back the load event, so do not wait for that.
      page.goto = (
        (goto) => (url, options) =>
          goto(url, { ...options, waitUntil: 'commit' })
      )(page.goto.bind(page));
    },
  });
  await visit.page.getByLabel('Name').fill('Early');
  await visit.page.getByLabel('Message').fill('Typed early');
  await visit.page.getByLabel('Email').fill('early@exam');
  release();
  await visit.submit.waitFor();
  expect(await visit.field('Name').inputValue()).toBe('Early');
  expect(await visit.field('Message').inputValue()).toBe('Typed early');
  expect(await visit.field('Email').evaluate((input) => input.matches(':focus'))).toBe(true);
  await visit.page.keyboard.press('End');
  await visit.page.keyboard.type('ple.com');
  await visit.submit.click();
  await expectThanks(visit);
  expect(visit.sent()).toMatchObject([{ name: 'Early', email: 'early@example.com', message: 'Typed early' }]);
});

it.each(['slow-script', 'demo'])(
  'nothing jumps on %s when the script comes after the page was painted',
  async (name) => {
    const visit = await site.visit(name, {
      before: async (page) => {
        await page.addInitScript(() => {
          const shifts: number[] = [];
          Object.assign(window, { shifts });
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
          }).observe({ type: 'layout-shift', buffered: true });
        });
        await page.route('**/widget.js', async (route) => {
          await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
          await route.continue();
        });
      },
    });
    const shift = await visit.page.evaluate(async () => {
      // Layout shifts are reported with the frame after next.
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0);
    });
    expect(shift).toBeLessThan(0.1);
  },
);

it('a browser without custom elements gets the polyfill from the same host, once, and a working form', async () => {
  const visit = await site.visit('no-custom-elements');
  expect(polyfills(visit.requests)).toHaveLength(1);
  expect(polyfills(visit.requests)[0]?.url().startsWith(`${site.api().url}/widget/`)).toBe(true);
  await visit.submit.click();
  await visit.summary.getByText('Email is needed.').click();
  await visit.field('Email').fill('old@example.com');
  await visit.field('Message').fill('From an old browser');
  await visit.submit.click();
  await expectThanks(visit);
  expect(visit.crashes).toEqual([]);
  expect((await site.leads()).filter(({ email }) => email === 'old@example.com')).toHaveLength(1);
});

it('nobody else downloads it, or anything but the script', async () => {
  const visit = await site.visit('all-fields');
  await visit.page.waitForLoadState('networkidle');
  const fromApi = visit.requests.map((request) => request.url()).filter((url) => url.startsWith(site.api().url));
  expect(fromApi).toEqual([`${site.api().url}/widget.js`]);
});
