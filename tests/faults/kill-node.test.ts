import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { waitUntil } from '../rig/eventually.ts';
import { createDataFolder, endProducts, runProduct, startProduct } from '../rig/product.ts';
import { newLedger, startLoad } from './load.ts';
import { between, printedRandom } from './random.ts';
import { checkLeads } from './set-checker.ts';

const ROUNDS = 20;
const CLIENTS = 6;

afterEach(endProducts);

it('loses and doubles no acknowledged lead when Node is killed again and again under load', async () => {
  const random = printedRandom('kill -9 of Node under load');
  const dataDir = await createDataFolder();
  const ledger = newLedger();
  let product = startProduct(dataDir);
  const target = async () => (await product).url;
  const stopLoad = startLoad(CLIENTS, target, ledger, random);

  for (let round = 0; round < ROUNDS; round++) {
    const running = await product;
    await untilMoreAcknowledged(between(random, 1, 100));
    // The random moment itself: anywhere within a request.
    await pause(random() * 10);
    const dead = running.kill('SIGKILL');
    product = dead.then(() => startProduct(dataDir));
    await product;
  }
  await untilMoreAcknowledged(50);
  await stopLoad();

  process.stdout.write(`${JSON.stringify(Object.fromEntries(ledger.outcomes))}\n`);
  const foreseen = ['stored 201', 'replayed', 'connection lost'];
  expect([...ledger.outcomes.keys()].filter((name) => !foreseen.includes(name))).toEqual([]);
  expect(ledger.outcomes.get('connection lost')).toBeGreaterThanOrEqual(ROUNDS);
  await checkLeads(await product, ledger);

  function untilMoreAcknowledged(count: number) {
    const enough = ledger.acknowledged.size + count;
    return waitUntil(() => ledger.acknowledged.size >= enough, 1);
  }
});

it('starts well after a first start was killed at any moment', async () => {
  const random = printedRandom('kill -9 of Node during its first start');
  for (let round = 0; round < 6; round++) {
    const dataDir = await createDataFolder();
    const first = runProduct(dataDir);
    // A start takes about a second; twice per folder, so that what is left behind meets an unfinished start too.
    await pause(random() * 1000);
    await first.kill('SIGKILL');
    const second = runProduct(dataDir);
    await pause(random() * 1000);
    await second.kill('SIGKILL');

    const product = await startProduct(dataDir);
    const ledger = newLedger();
    const stopLoad = startLoad(1, async () => product.url, ledger, random);
    await waitUntil(() => ledger.acknowledged.size > 0);
    await stopLoad();
    await checkLeads(product, ledger);
    expect(await product.stop()).toEqual({ code: 0, signal: null });
    await endProducts();
  }
});
