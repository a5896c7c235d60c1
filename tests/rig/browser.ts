/** The browser of the end-to-end tests: found where it usually is, installed when it is nowhere. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Keeps a browser from calling home while it is tested. */
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const onPath = () =>
  SYSTEM_NAMES.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find(
    isExecutable,
  );

function run(command: string, args: string[]): boolean {
  console.log(`browser: running ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

/** Playwright's download first; Debian's package where that download is closed off. */
function install(): string | undefined {
  const cli = fileURLToPath(new URL('../../node_modules/playwright-core/cli.js', import.meta.url));
  if (run(process.execPath, [cli, 'install', 'chromium']) && existsSync(chromium.executablePath())) {
    return chromium.executablePath();
  }
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined;
  if (run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']))
    return onPath();
  return undefined;
}

let found: Promise<string> | undefined;

async function find(): Promise<string> {
  const wish = process.env.CHROMIUM_PATH;
  if (wish && !isExecutable(wish)) throw new Error(`CHROMIUM_PATH is ${wish}, which is not an executable file.`);
  const path = wish || (existsSync(chromium.executablePath()) ? chromium.executablePath() : onPath()) || install();
  if (!path) {
    throw new Error('No Chromium: set CHROMIUM_PATH to one, or run `npx playwright-core install chromium`.');
  }
  console.log(`browser: ${path}`);
  return path;
}

/** The path of a Chromium: CHROMIUM_PATH, Playwright's own, the system's, else a fresh one. Says once which. */
export function findChromium(): Promise<string> {
  found ??= find();
  return found;
}

/** Starts a headless Chromium. Root (containers) cannot use its sandbox. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    ...options,
    args: [...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...(options.args ?? [])],
  });
}
