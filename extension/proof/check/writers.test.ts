import { afterEach, beforeEach, expect, it } from 'vitest';
import { captureLead, createOrder } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { fakeBrowser, type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import { settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { checkOf } from './check.ts';

const CHECKS = 100;
const WRITERS = 8;
/** So that the checks have some of the processor too. */
const REST_MS = 25;

let api: TestApi;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api } = made);
});
beforeEach(async () => {
  fakeBrowser.reset();
  await api.sql('truncate kv_store_3cbf86a5, crm.changes');
});
afterEach(() => view?.close());

/** One after the other: a lead that is captured, edited, converted or deleted; then an order for who it became. */
async function write(turn: number): Promise<void> {
  const id = await captureLead(api, { email: `visitor-${crypto.randomUUID()}@example.com` });
  await api.request('PATCH', `/leads/${id}`, { body: { name: `Visitor ${turn}` } });
  if (turn % 3 === 0) await api.request('DELETE', `/leads/${id}`);
  else if (turn % 3 === 1) await api.request('POST', `/leads/${id}/convert`);
  if (turn % 10 === 5) await createOrder(api);
}

it(`makes no false alarm in ${CHECKS} checks under ${WRITERS} writers that store, edit, convert and delete`, async () => {
  await api.request('POST', '/seed');
  await settleFeed(api);
  view = await openWorkspace(api.url, api.adminKey);
  await view.leads.start(view.signal);
  const sync = checkOf(view);
  let isOver = false;
  const counts = Array.from({ length: WRITERS }, () => 0);
  const writers = counts.map(async (_, writer) => {
    for (let turn = writer; !isOver; turn++) {
      await write(turn);
      counts[writer] = turn - writer + 1;
      await new Promise((done) => setTimeout(done, REST_MS));
    }
  });
  const alarms: unknown[] = [];
  const states = new Map<string, number>();
  for (let made = 0; made < CHECKS; made++) {
    await sync.checkAnew();
    const state = view.lastCheck.value?.state ?? 'none';
    states.set(state, (states.get(state) ?? 0) + 1);
    if (state !== 'synced' && state !== 'pending') alarms.push(view.lastCheck.value, sync.findings.value);
  }
  isOver = true;
  await Promise.all(writers);
  expect(alarms).toEqual([]);
  expect(Math.min(...counts)).toBeGreaterThan(0);
  await settleFeed(api);
  await view.look();
  await sync.proveAll();
  expect(view.lastCheck.value).toMatchObject({ state: 'synced', changedAfter: false });
});
