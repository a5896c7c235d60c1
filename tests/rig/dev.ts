/**
 * `npm run dev`: the API as `npm start` runs it, WXT's development server, and a Chromium with the extension loaded and the demo
 * page open. What is changed in `extension/` shows at once; a change of the API needs a restart. Ctrl-C, or closing the
 * browser, ends all of it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type BrowserContext, chromium } from 'playwright';
import { createServer } from 'wxt';
import { FLAGS, findChromium } from './browser.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXTENSION = `${ROOT}/.output/chrome-mv3-dev`;
/** Kept, so that the extension stays connected from one day to the next. */
const PROFILE = `${ROOT}/.output/browser-profile`;

const print = (line: string) => process.stdout.write(`${line}\n`);
const stopAsked = new Promise<unknown>((asked) => process.on('SIGTERM', asked).on('SIGINT', asked).on('SIGHUP', asked));

const product = spawn(process.execPath, [`${ROOT}/api/node/main.ts`], { stdio: ['ignore', 'pipe', 'inherit'] });
const productEnded = once(product, 'exit');

/** Shows what the API prints until it is ready, but names the folder of this build. */
async function firstPage(): Promise<string> {
  let page = '';
  for await (const line of createInterface({ input: product.stdout })) {
    page ||= /^ready (\S+)/.exec(line)?.[1] ?? '';
    if (line.startsWith('extension: ')) {
      print(`extension: ${EXTENSION}`);
      product.stdout.resume();
      return page;
    }
    print(line);
  }
  const [code] = await productEnded;
  process.exit(code ?? 1);
}

async function openBrowser(url: string): Promise<BrowserContext | null> {
  try {
    const context = await chromium.launchPersistentContext(PROFILE, {
      executablePath: await findChromium(),
      headless: false,
      viewport: null,
      ignoreDefaultArgs: ['--disable-extensions'],
      handleSIGINT: false,
      handleSIGTERM: false,
      args: [...FLAGS, `--disable-extensions-except=${EXTENSION}`, `--load-extension=${EXTENSION}`],
    });
    await context.pages()[0]?.goto(url);
    print('browser: open; Alt+Shift+L opens the extension, which asks for the connection code');
    return context;
  } catch (error) {
    print(`browser: none could be opened (${String(error).split('\n')[0]}). Load the folder above into one yourself.`);
    return null;
  }
}

const page = await firstPage();
const server = await createServer({ root: ROOT, webExt: { disabled: true } });
await server.start();
const browser = await openBrowser(page);
const browserClosed = browser && new Promise<void>((closed) => browser.on('close', () => closed()));

await Promise.race([stopAsked, productEnded, ...(browserClosed ? [browserClosed] : [])]);
print('stopping');
await browser?.close();
await server.stop();
product.kill('SIGTERM');
if (product.exitCode === null && product.signalCode === null) await productEnded;
process.exit(0);
