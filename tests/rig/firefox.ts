/** The built extension in a real Firefox. Playwright cannot install one there; puppeteer can. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { PATIENCE_MS } from './patience.ts';
import { installFromDebian, isExecutable, onPath } from './programs.ts';

const BUILD = resolve(import.meta.dirname, '../../.output/firefox-mv3');
const SYSTEM_NAMES = ['firefox-esr', 'firefox'];
const MAC = '/Applications/Firefox.app/Contents/MacOS/firefox';

/** The host of the extension's pages. Firefox draws one by lot, unless it has one for that extension already. */
const HOST = '6f1a8a10-9a57-4b7e-8a3b-0c3c9a1d5f10';
const EXTENSION_ID = 'crm@vision-studio.example';

/**
 * The path of a Firefox: FIREFOX_PATH or the system's. Null when there is none.
 * @throws when FIREFOX_PATH is wrong
 */
export function findFirefox(): string | null {
  const wish = process.env.FIREFOX_PATH;
  if (wish && !isExecutable(wish)) throw new Error(`FIREFOX_PATH is ${wish}, which is not an executable file.`);
  return wish || (onPath(SYSTEM_NAMES) ?? (isExecutable(MAC) ? MAC : null));
}

/** Debian's package, where that can be installed. Null elsewhere. */
export const installFirefox = (): string | null => (installFromDebian('firefox-esr') ? findFirefox() : null);

export interface FirefoxExtension {
  browser: Browser;
  /** Opens one of the extension's pages. Its own `goto` and `reload` never end: Firefox does not tell of these pages' loads. */
  open(surface: 'popup' | 'sidepanel' | 'tab'): Promise<Page>;
  close(): Promise<void>;
}

/** Starts the Firefox of `findFirefox` with a fresh profile and the extension of the last build. */
export async function openFirefoxExtension(): Promise<FirefoxExtension> {
  if (!existsSync(`${BUILD}/manifest.json`)) throw new Error('No extension is built: run `npm run build` first.');
  const executablePath = findFirefox();
  if (!executablePath) throw new Error('No Firefox: install one, or set FIREFOX_PATH to one.');
  // Firefox leaves files there, and as root refuses a home that is not root's.
  const home = await mkdtemp(join(tmpdir(), 'crm-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: PATIENCE_MS,
    env: { ...process.env, HOME: home },
    // Else it refuses to navigate to pages of an extension.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { 'extensions.webextensions.uuids': JSON.stringify({ [EXTENSION_ID]: HOST }) },
  });
  await browser.installExtension(BUILD);

  return {
    browser,
    async open(surface) {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.setViewport({ width: 400, height: 600 });
      const url = `moz-extension://${HOST}/${surface}.html`;
      page.goto(url).catch(() => undefined);
      // Asked again until it is there: an evaluation that the navigation cuts short fails.
      const loaded = () => page.evaluate(() => document.readyState === 'complete' && location.href);
      while ((await loaded().catch(() => '')) !== url);
      return page;
    },
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
