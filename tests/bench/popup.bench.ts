/**
 * How long the popup takes from its opening to the first lead, with many leads and with none. Both are opened in turn, so that
 * what else the machine does falls on both alike.
 */
import type { Page } from 'playwright';
import { type Extension, openExtension } from '../rig/extension.ts';
import { fillWithLeads } from './many-leads.ts';
import { startBenchServer } from './product-on.ts';

const LEADS = 100_000;
const ROUNDS = 20;
/** Not counted: Chromium compiles, Postgres fills its cache. */
const WARM_UP = 3;
const GOAL = { median: 300, ratio: 1.3 };

/** Runs in the page before anything of it: notes when the first lead, or that there is none, has been painted. */
function watch() {
  const shown = new Promise<number>((done) => {
    const look = () => {
      // Not innerText, which would lay out the page each time.
      if (!document.querySelector('[data-lead]') && !document.body?.textContent.includes('No leads yet')) return;
      observer.disconnect();
      // A task asked for while a frame is being made runs once it has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      requestAnimationFrame(() => port2.postMessage(null));
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true, characterData: true });
  });
  Object.defineProperty(window, 'shown', { value: shown });
}

/** Milliseconds from the start of the navigation. */
interface Times {
  /** When the page asked the API for leads, and when it had the answer. */
  asked: number;
  answered: number;
  shown: number;
}

const timesOf = (page: Page): Promise<Times> =>
  page.evaluate(async () => {
    const shown = await (window as unknown as { shown: Promise<number> }).shown;
    const [request] = performance.getEntriesByType('resource').filter(({ name }) => /\/leads\b/.test(name));
    const { startTime: asked = Number.NaN, duration = Number.NaN } = request ?? {};
    return { asked, answered: asked + duration, shown };
  });

/** An extension that was connected by hand and left on the list of leads. */
async function connected(connectionCode: string): Promise<Extension> {
  const extension = await openExtension();
  const page = await extension.open('popup');
  await page.getByLabel('Connection code').fill(connectionCode);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('tab', { name: 'Leads' }).click();
  await page.locator('[data-lead]').or(page.getByText('No leads yet')).first().waitFor();
  await page.close();
  await extension.context.addInitScript(watch);
  return extension;
}

async function openOnce(extension: Extension): Promise<Times> {
  const page = await extension.open('popup');
  const times = await timesOf(page);
  await page.close();
  return times;
}

const sorted = (opened: Times[], moment: keyof Times) => opened.map((times) => times[moment]).sort((a, b) => a - b);
const median = (values: number[]) => values[Math.floor(values.length / 2)] ?? Number.NaN;
const print = (line: string) => process.stdout.write(`${line}\n`);

const server = await startBenchServer();
try {
  const cases = { empty: undefined, full: fillWithLeads(LEADS) };
  const opened: { name: string; extension: Extension; times: Times[] }[] = [];
  for (const [name, fill] of Object.entries(cases)) {
    const product = await server.startProduct(await server.createDatabase(name, fill));
    opened.push({ name, extension: await connected(product.connectionCode), times: [] });
  }
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { extension, times } of opened) {
      const time = await openOnce(extension);
      if (round >= 0) times.push(time);
    }
  }
  const [empty = Number.NaN, full = Number.NaN] = opened.map(({ name, times }) => {
    const shown = sorted(times, 'shown');
    const [asked, answered] = [median(sorted(times, 'asked')), median(sorted(times, 'answered'))];
    print(`${name.padEnd(5)} shown: min ${shown[0]?.toFixed(0)} ms, median ${median(shown).toFixed(0)} ms`);
    print(`      leads asked for after ${asked.toFixed(0)} ms, answered after ${answered.toFixed(0)} ms`);
    print(`      ${shown.map((time) => time.toFixed(0)).join(' ')}`);
    return median(shown);
  });
  const ratio = full / empty;
  print(`${LEADS} leads / none: ${ratio.toFixed(2)} (goal: at most ${GOAL.ratio})`);
  print(`first lead of ${LEADS} after ${full.toFixed(0)} ms (goal: at most ${GOAL.median} ms)`);
  for (const { extension } of opened) await extension.close();
} finally {
  await server.stop();
}
