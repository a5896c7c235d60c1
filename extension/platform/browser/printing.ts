import { browser } from 'wxt/browser';

/** In the address of a tab that was opened to print. */
const WISH = '#print';

/** A popup closes under the browser's print dialog, and a side panel is as narrow as one. */
export const canPrintHere = (): boolean => document.documentElement.dataset.surface === 'tab';

/** Opens the app as a page of its own, which is to print once there is something to print. */
export async function openToPrint(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL(`/tab.html${WISH}`) });
}

/** @returns whether this page was opened to print; asked again it was not */
export function takePrintWish(): boolean {
  if (location.hash !== WISH) return false;
  history.replaceState(null, '', location.pathname);
  return true;
}

/** Prints this page with everything unfolded; styles/print.css does the rest. */
export function printPage(): void {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
  print();
}
