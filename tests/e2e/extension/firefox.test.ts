import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeConnectionCode } from '../../../shared/contract/connection-code.ts';
import { startApi, type TestApi } from '../../rig/api.ts';
import { type FirefoxExtension, findFirefox, openFirefoxExtension } from '../../rig/firefox.ts';

/** An expression for the extension's pages, which may look at each other: whether that kind of surface shows the app. */
const shows = (type: 'popup' | 'sidebar') =>
  `browser.extension.getViews({ type: '${type}' }).some(({ document }) => document.body?.innerText.includes('Backend Connected'))`;

describe.skipIf(findFirefox() === null)('in Firefox', () => {
  let api: TestApi;
  let extension: FirefoxExtension;
  beforeAll(async () => {
    api = await startApi();
    extension = await openFirefoxExtension();
  });
  afterAll(async () => {
    await extension?.close();
    await api?.close();
  });

  it('opens with the question for a connection code', async () => {
    const popup = await extension.open('popup');
    await popup.locator('::-p-aria([name="Connection code"][role="textbox"])').wait();
    await popup.locator('::-p-aria([name="Connect"][role="button"])').wait();
    expect(await popup.title()).toBe('Vision Studio CRM');
  });

  it('connects to an API on this machine and shows its leads', async () => {
    const lead = { email: 'amira@example.com', name: 'Amira Rahman', submissionId: crypto.randomUUID() };
    expect((await api.request('POST', '/leads', { body: lead })).status).toBe(201);

    const popup = await extension.open('popup');
    await popup
      .locator('::-p-aria([name="Connection code"][role="textbox"])')
      .fill(encodeConnectionCode({ url: api.url, key: api.adminKey }));
    await popup.locator('::-p-aria([name="Connect"][role="button"])').click();
    await popup.locator('::-p-text(Backend Connected)').wait();
    await popup.locator('#tab-leads').click();
    await popup.locator('::-p-text(Amira Rahman)').wait();
  });

  it('opens as sidebar and as tab too', async () => {
    for (const surface of ['sidepanel', 'tab'] as const) {
      const page = await extension.open(surface);
      await page.locator('::-p-text(Backend Connected)').wait();
    }
  });

  it('opens in the sidebar and from the toolbar, where its policy counts too', async () => {
    const page = await extension.open('tab');
    // Only a click may open the sidebar.
    await page.evaluate(`document.addEventListener('click', () => browser.sidebarAction.open(), { once: true })`);
    await page.mouse.click(200, 2);
    await page.waitForFunction(shows('sidebar'));
    await page.evaluate('browser.action.openPopup()');
    await page.waitForFunction(shows('popup'));
  });
});
