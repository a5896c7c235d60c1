/** The popup of the toolbar and the side panel themselves, not their pages in a tab: the policy must let the browser show them. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, it } from 'vitest';
import { type Extension, openExtension } from '../../rig/extension.ts';

let extension: Extension;
beforeAll(async () => {
  extension = await openExtension();
});
afterAll(() => extension?.close());

/** What the test asks of the extension API. It runs in the browser, where `chrome` is. */
declare const chrome: { extension: { getViews(): Window[] } };

/** Waits until the extension's page of that name asks for the code. Its pages may look at each other. */
const untilAsked = (page: Page, name: string) =>
  page.waitForFunction(
    (path) =>
      chrome.extension
        .getViews()
        .some(
          ({ location, document }) =>
            location.pathname === path && document.body?.innerText.includes('Connection code'),
        ),
    `/${name}.html`,
  );

it('a click opens the side panel', async () => {
  const page = await extension.open('tab');
  // Before the click: only what follows it at once counts as its doing.
  await page.evaluate(`chrome.windows.getCurrent().then(({ id }) =>
    document.addEventListener('click', () => chrome.sidePanel.open({ windowId: id })))`);
  await page.mouse.click(200, 2);
  await untilAsked(page, 'sidepanel');
});

it('the toolbar opens the popup', async () => {
  const page = await extension.open('tab');
  await page.evaluate('chrome.action.openPopup()');
  await untilAsked(page, 'popup');
});
