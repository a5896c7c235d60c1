import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { captureReply } from '../../shared/contract/capture.ts';
import { type Ledger, newLedger, startLoad } from '../faults/load.ts';
import { between, printedRandom, type Random } from '../faults/random.ts';
import { checkLeads, readLeads } from '../faults/set-checker.ts';
import { withKey } from '../rig/api.ts';
import { waitUntil } from '../rig/eventually.ts';
import { type LocalProject, startLocalProject } from '../rig/local-project.ts';
import { createDataFolder, endProducts, findPostgres } from '../rig/product.ts';

const ROUNDS = 20;
const CLIENTS = 4;

let local: LocalProject;
afterEach(async () => {
  await local.stop();
  await endProducts();
});

const start = async () => {
  const environment = { RATE_LIMIT_PER_IP: '0', RATE_LIMIT_GLOBAL: '0' };
  local = await startLocalProject({ dataDir: await createDataFolder(), environment });
};

it('200 captures at once through the function are 200 leads, once each', async () => {
  await start();
  const request = withKey(local.url);
  const ledger = newLedger();
  const emails = Array.from({ length: 200 }, (_, i) => `lead${i}@example.com`);
  const before = local.project.gateway.restRequests.length;
  await Promise.all(
    emails.map(async (email) => {
      ledger.attempted.add(email);
      const reply = await request('POST', '/leads', { key: null, body: { email } });
      expect(reply.status).toBe(201);
      ledger.acknowledged.set(email, captureReply.parse(await reply.json()));
    }),
  );
  expect(local.project.gateway.restRequests.length - before).toBe(200);
  await checkLeads(local, ledger);
  expect(await readLeads(local)).toHaveLength(200);
});

it('loses and doubles no acknowledged lead when PostgREST is killed, round after round', async () => {
  await start();
  await underLoad(printedRandom('kill -9 of PostgREST under the function'), async (random) => {
    await local.project.postgrest.kill();
    await pause(random() * 100);
    await local.project.postgrest.restart();
  });
});

it('loses and doubles no acknowledged lead when Postgres is killed, round after round', async () => {
  await start();
  await underLoad(printedRandom('kill -9 of Postgres under the function'), async () => {
    const postmaster = await findPostgres(local.dataDir);
    if (!postmaster) throw new Error('no Postgres runs');
    process.kill(postmaster, 'SIGKILL');
    const next = async () => ![undefined, postmaster].includes(await findPostgres(local.dataDir));
    await waitUntil(next);
  });
});

/** Breaks something under load, waits until captures are acknowledged again, and compares what clients know with the rows. */
async function underLoad(random: Random, breakIt: (random: Random) => Promise<void>): Promise<void> {
  const ledger = newLedger();
  const stopLoad = startLoad(CLIENTS, async () => local.url, ledger, random);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await untilMoreAcknowledged(ledger, between(random, 1, 50));
    await pause(random() * 10);
    const broken = Date.now();
    await breakIt(random);
    await untilMoreAcknowledged(ledger, 1);
    times.push(Date.now() - broken);
  }
  await untilMoreAcknowledged(ledger, 20);
  await stopLoad();
  process.stdout.write(`served again after ${times.join(', ')} ms\n${JSON.stringify([...ledger.outcomes])}\n`);
  const foreseen = ['stored 201', 'replayed', '503 database_unavailable'];
  expect([...ledger.outcomes.keys()].filter((name) => !foreseen.includes(name))).toEqual([]);
  await checkLeads(local, ledger);
}

function untilMoreAcknowledged(ledger: Ledger, count: number) {
  const enough = ledger.acknowledged.size + count;
  return waitUntil(() => ledger.acknowledged.size >= enough);
}
