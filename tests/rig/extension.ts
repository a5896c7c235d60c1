/** The built extension in a real Chromium, as a person has it who loaded the folder. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { FLAGS, findChromium } from './browser.ts';
import { controlWorker, type ExtensionWorker } from './extension-worker.ts';
import { PATIENCE_MS } from './patience.ts';

const BUILD = resolve(import.meta.dirname, '../../.output/chrome-mv3');

/** How large each page is on a person's screen. */
const SIZES = {
  popup: { width: 400, height: 600 },
  sidepanel: { width: 360, height: 900 },
  tab: { width: 1280, height: 900 },
};

export type Surface = keyof typeof SIZES;
type LaunchOptions = NonNullable<Parameters<typeof chromium.launchPersistentContext>[1]>;

export interface Extension extends ExtensionWorker {
  context: BrowserContext;
  id: string;
  /** Opens one of the extension's pages in a tab of that surface's size. */
  open(surface: Surface, size?: { width: number; height: number }): Promise<Page>;
  /** Everything that the extension keeps. Asked in a page of its own, so it neither needs nor starts the worker. */
  storage(): Promise<{ local: Record<string, unknown>; session: Record<string, unknown> }>;
  /** What the toolbar button shows: its text, and its colour as `#rrggbb`. */
  badge(): Promise<{ text: string; color: string }>;
  close(): Promise<void>;
}

/** As much of the extension API as the rig asks for. It runs in the browser, where `chrome` is. */
declare const chrome: {
  storage: Record<'local' | 'session', { get(): Promise<Record<string, unknown>> }>;
  action: {
    getBadgeText(details: object): Promise<string>;
    getBadgeBackgroundColor(details: object): Promise<number[]>;
  };
};

/**
 * Starts Chromium with a fresh profile and the extension of the last build.
 * @param options for Playwright's `launchPersistentContext`: `colorScheme`, `locale`, …
 */
export async function openExtension({ args = [], ...options }: LaunchOptions = {}): Promise<Extension> {
  if (!existsSync(`${BUILD}/manifest.json`)) throw new Error('No extension is built: run `npm run build` first.');
  const context = await chromium.launchPersistentContext('', {
    executablePath: await findChromium(),
    timeout: PATIENCE_MS,
    // Playwright switches extensions off unless it is told not to.
    ignoreDefaultArgs: ['--disable-extensions'],
    ...options,
    args: [...FLAGS, `--disable-extensions-except=${BUILD}`, `--load-extension=${BUILD}`, ...args],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const id = new URL(worker.url()).host;
  const origin = `chrome-extension://${id}`;

  // A page without code of ours that has the extension's rights.
  const inspector = context.pages()[0] ?? (await context.newPage());
  await inspector.goto(`${origin}/manifest.json`);
  const devtools = await context.newCDPSession(inspector);

  return {
    ...(await controlWorker(devtools, worker, `${origin}/`)),
    context,
    id,
    async open(surface, size = SIZES[surface]) {
      const page = await context.newPage();
      await page.setViewportSize(size);
      await page.goto(`${origin}/${surface}.html`);
      return page;
    },
    storage: () =>
      inspector.evaluate(async () => ({
        local: await chrome.storage.local.get(),
        session: await chrome.storage.session.get(),
      })),
    badge: () =>
      inspector.evaluate(async () => {
        const [red = 0, green = 0, blue = 0] = await chrome.action.getBadgeBackgroundColor({});
        const hex = [red, green, blue].map((part) => part.toString(16).padStart(2, '0'));
        return { text: await chrome.action.getBadgeText({}), color: `#${hex.join('')}` };
      }),
    close: () => context.close(),
  };
}
