import type { Page } from 'playwright';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { type Extension, openExtension } from '../rig/extension.ts';
import { createDataFolder, endProducts, type Product, startProduct } from '../rig/product.ts';
import { within } from './busy-machine.ts';
import { type Network, startNetwork, type Weather } from './network.ts';

/** The contract: this long after something broke, the right sentence stands on the screen and the badge is red. */
const TOLD_MS = 5_000;
const RED = '#b91c1c';

let extension: Extension;
let network: Network | undefined;
beforeEach(async () => {
  extension = await openExtension();
});
afterEach(async () => {
  await extension.close();
  await network?.close();
  network = undefined;
  await endProducts();
});

/** The Sync tab, connected. */
async function openSync(url: string, key: string): Promise<Page> {
  const page = await extension.open('popup');
  await page.getByLabel('Connection code').fill(encodeConnectionCode({ url, key }));
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('Backend Connected').waitFor();
  await page.getByRole('tab', { name: 'Sync', exact: true }).click();
  return page;
}

const runTests = (page: Page) => page.getByRole('button', { name: 'Run Connection Tests' }).click();

/** Header and badge by themselves, and Test Connection when it is asked: each within its five seconds. */
async function expectTold(page: Page, sentence: string, passing: number): Promise<void> {
  await within(TOLD_MS, () => page.getByText('Backend Offline').waitFor());
  await within(TOLD_MS, () => expect.poll(() => extension.badge()).toEqual({ text: '!', color: RED }));
  await runTests(page);
  await within(TOLD_MS, () => page.locator('[data-step=reach]').getByText(sentence).waitFor());
  await page.getByText(`${passing}/5 tests passing`, { exact: true }).waitFor();
}

async function expectWell(page: Page): Promise<void> {
  await page.getByText('Backend Connected').waitFor();
  await runTests(page);
  await page.getByText('5/5 tests passing', { exact: true }).waitFor();
  await expect.poll(async () => (await extension.badge()).text).toBe('');
}

async function killPostgres(product: Product): Promise<void> {
  const postmaster = await product.postgresPid();
  // First Node: it would start another.
  await product.kill('SIGKILL');
  if (postmaster) process.kill(postmaster, 'SIGKILL');
}

describe('within five seconds (longer on a busy machine) the screen says the right thing and the badge is red:', () => {
  it('Postgres is killed', async () => {
    const owner = await startProduct(await createDataFolder());
    const guest = await startProduct(await createDataFolder(), { DATABASE_URL: owner.databaseUrl });
    const page = await openSync(guest.url, guest.adminKey);
    await expectWell(page);
    await killPostgres(owner);
    await expectTold(page, 'The database does not answer right now.', 1);
    const again = await startProduct(owner.dataDir, { PG_PORT: new URL(owner.databaseUrl).port });
    await expectWell(page);
    expect(again.databaseUrl).toBe(owner.databaseUrl);
  });

  it('the API is killed', async () => {
    const product = await startProduct(await createDataFolder());
    const page = await openSync(product.url, product.adminKey);
    await product.kill('SIGKILL');
    await expectTold(page, 'Nobody answers on this computer', 0);
    await startProduct(product.dataDir, { PORT: new URL(product.url).port });
    await expectWell(page);
  });

  it.each<[Weather, string]>([
    ['close', 'Nobody answers on this computer'],
    ['reset', 'Nobody answers on this computer'],
    ['stall', 'No answer within 4 seconds'],
    ['cut', 'began to answer, and the connection was cut'],
  ])('the network between: %s', async (weather, sentence) => {
    const product = await startProduct(await createDataFolder());
    network = await startNetwork(product.url);
    const page = await openSync(network.url, product.adminKey);
    network.turn(weather);
    await expectTold(page, sentence, 0);
    network.turn('pass');
    await expectWell(page);
  });

  it('the network between the API and Postgres stalls', async () => {
    const owner = await startProduct(await createDataFolder());
    const { port } = new URL(owner.databaseUrl);
    network = await startNetwork(`http://127.0.0.1:${port}`);
    const url = new URL(owner.databaseUrl);
    url.port = new URL(network.url).port;
    const guest = await startProduct(await createDataFolder(), { DATABASE_URL: url.href });
    const page = await openSync(guest.url, guest.adminKey);
    network.turn('stall');
    await expectTold(page, 'The API answers, but its database is silent', 1);
    network.turn('pass');
    await expectWell(page);
  });
});
