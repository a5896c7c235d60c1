/**
 * What the form costs a visitor with a slow phone: milliseconds of script, and until the form is painted, on a processor that
 * is slowed down four times. Scripts are loaded in turn, so that what else the machine does falls on all alike.
 * `node tests/bench/widget.bench.ts --script a.js --script b.js`; without `--script`, each release and what was built last.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright';
import { launchBrowser } from '../rig/browser.ts';
import { type Pages, servePages } from '../rig/pages.ts';

const ROUNDS = 20;
/** Not counted: Chromium starts processes and fills its caches. */
const WARM_UP = 2;
const THROTTLE = 4;
/** The page with the most fields. */
const PAGE = 'all-fields';

const WIDGET = join(import.meta.dirname, '../../widget');

function scriptsToMeasure(): string[] {
  const { values } = parseArgs({ options: { script: { type: 'string', multiple: true } } });
  if (values.script) return values.script;
  const releases = readdirSync(join(WIDGET, 'releases'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return [...releases.map(({ name }) => join(WIDGET, 'releases', name, 'widget.js')), join(WIDGET, 'dist/widget.js')];
}

/** Runs in the page before anything of it: notes when the form has been painted. */
function watch() {
  const shown = new Promise<number>((done) => {
    addEventListener('lead-form:view', () => {
      // A task asked for while a frame is being made runs once it has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      requestAnimationFrame(() => port2.postMessage(null));
    });
  });
  Object.defineProperty(window, 'shown', { value: shown });
}

interface Cost {
  /** Milliseconds in which the processor compiled and ran the script, waiting for other programs not counted. */
  script: number;
  /** Milliseconds from the last byte of the script until the form is painted. */
  shown: number;
}

/** As much of a trace as is used here; times in microseconds. */
interface Trace {
  traceEvents: { name: string; tdur?: number; args: { data?: { url?: string } } }[];
}

async function visit(browser: Browser, pages: Pages): Promise<Cost> {
  // A fresh profile: no copy of the script, and no compiled one.
  const context = await browser.newContext();
  try {
    await context.addInitScript(watch);
    const page = await context.newPage();
    // The slow processor belongs to a process of the browser, and the site gets one of its own.
    await page.goto(pages.at('blank'));
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
    await browser.startTracing(page, { categories: ['devtools.timeline'] });
    await page.goto(pages.at(PAGE));
    const shown = await page.evaluate(async () => {
      const painted = await (window as unknown as { shown: Promise<number> }).shown;
      const [script] = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      return painted - (script?.responseEnd ?? Number.NaN);
    });
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as Trace;
    const run = traceEvents.find(
      ({ name, args }) => name === 'EvaluateScript' && args.data?.url?.endsWith('/widget.js'),
    );
    return { script: (run?.tdur ?? Number.NaN) / 1_000, shown };
  } finally {
    await context.close();
  }
}

const sorted = (costs: Cost[], part: keyof Cost) => costs.map((cost) => cost[part]).sort((a, b) => a - b);
const median = (values: number[]) => values[Math.floor(values.length / 2)] ?? Number.NaN;
const print = (line: string) => process.stdout.write(`${line}\n`);

const cases = scriptsToMeasure().map((path) => ({ path, bytes: readFileSync(path), costs: [] as Cost[] }));
const host = createServer((request, response) => {
  const script = cases[Number(request.url?.split('/')[1])];
  response.writeHead(script ? 200 : 404, {
    'content-type': 'text/javascript',
    // Without it a page is told nothing of when a script from another origin came.
    'timing-allow-origin': '*',
  });
  response.end(script?.bytes);
});
await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
const { port } = host.address() as AddressInfo;
const browser = await launchBrowser();
const sites = await Promise.all(
  cases.map((_, index) =>
    servePages(`http://127.0.0.1:${port}/${index}`, { extra: { blank: '<title>Blank</title>' } }),
  ),
);
try {
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [index, { costs }] of cases.entries()) {
      const cost = await visit(browser, sites[index] as Pages);
      if (round >= 0) costs.push(cost);
    }
  }
  for (const { path, bytes, costs } of cases) {
    const [script, shown] = [sorted(costs, 'script'), sorted(costs, 'shown')];
    print(`${relative(process.cwd(), path)}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzip -9`);
    print(`  script: median ${median(script).toFixed(1)} ms, min ${script[0]?.toFixed(1)} ms`);
    print(`  shown:  median ${median(shown).toFixed(1)} ms, min ${shown[0]?.toFixed(1)} ms`);
  }
} finally {
  await browser.close();
  await Promise.all(sites.map((site) => site.close()));
  host.close();
  host.closeAllConnections();
}
