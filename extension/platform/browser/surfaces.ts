import { browser } from 'wxt/browser';

/** Where the app is shown. */
export type Surface = 'popup' | 'sidepanel' | 'tab';

/** Firefox's own way to a sidebar, which Chromium's types do not know. */
interface WithSidebar {
  sidebarAction?: { open(): Promise<void> };
}

/** Opens the app as a page of its own. */
export async function openInTab(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('/tab.html') });
}

/** Opens the app beside the page. Call it straight from a click: browsers demand one. */
export async function openSidePanel(): Promise<void> {
  const { sidebarAction } = browser as WithSidebar;
  if (sidebarAction) return sidebarAction.open();
  const { id } = await browser.windows.getCurrent();
  if (id !== undefined) await browser.sidePanel.open({ windowId: id });
}

/** What the user pressed to open the app, as the browser has it now. */
export async function openingShortcut(): Promise<string | null> {
  const commands = await browser.commands.getAll();
  return commands.find(({ name }) => name === '_execute_action')?.shortcut || null;
}

/** Direction of the language that the extension speaks, as its messages say: `ltr` or `rtl`. */
export const textDirection = (): string => browser.i18n.getMessage('text_direction') || 'ltr';
