/** The browser of the end-to-end tests: found where it usually is, installed when it is nowhere. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type LaunchOptions } from 'playwright';
import { PATIENCE_MS } from './patience.ts';
import { installFromDebian, isExecutable, onPath, run } from './programs.ts';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Of two such switches Chromium takes the last, so Playwright's own names come again. The last two of ours each start a process
 * for every window, to draw what drops from an address bar that nobody sees.
 */
const SWITCHED_OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/** Keep a browser from calling home while it is tested; root (containers) cannot use its sandbox. */
export const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  `--disable-features=${SWITCHED_OFF}`,
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Playwright's download first; Debian's package where that download is closed off. */
function install(): string | undefined {
  const cli = fileURLToPath(new URL('../../node_modules/playwright/cli.js', import.meta.url));
  if (run(process.execPath, [cli, 'install', 'chromium']) && existsSync(chromium.executablePath())) {
    return chromium.executablePath();
  }
  return installFromDebian('chromium') ? onPath(SYSTEM_NAMES) : undefined;
}

let found: Promise<string> | undefined;

async function find(): Promise<string> {
  const wish = process.env.CHROMIUM_PATH;
  if (wish && !isExecutable(wish)) throw new Error(`CHROMIUM_PATH is ${wish}, which is not an executable file.`);
  const path =
    wish || (existsSync(chromium.executablePath()) ? chromium.executablePath() : onPath(SYSTEM_NAMES)) || install();
  if (!path) {
    throw new Error('No Chromium: set CHROMIUM_PATH to one, or run `npx playwright install chromium`.');
  }
  console.log(`browser: ${path}`);
  return path;
}

/** The path of a Chromium: CHROMIUM_PATH, Playwright's own, the system's, else a fresh one. Says once which. */
export function findChromium(): Promise<string> {
  found ??= find();
  return found;
}

/** Starts a headless Chromium. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    timeout: PATIENCE_MS,
    ...options,
    args: [...FLAGS, ...(options.args ?? [])],
  });
}
