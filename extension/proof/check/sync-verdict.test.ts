import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { fakeBrowser, type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { insertLeads, numberedId, settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { driftFound } from '../../platform/browser/storage.ts';
import { createHowItWorks } from '../how-it-works/how-it-works.ts';
import { type SyncModel, syncOf } from './sync-check.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  fakeBrowser.reset();
  await api.sql('truncate kv_store_3cbf86a5, crm.changes');
});
afterEach(() => view?.close());

async function openSync(): Promise<SyncModel> {
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
  await view.leads.start(view.signal);
  return syncOf(view);
}
const pastTheLog = (statement: string) =>
  api.sql(`set session_replication_role = replica; ${statement}; set session_replication_role = origin`);
const rename = (number: number) =>
  pastTheLog(
    `update kv_store_3cbf86a5 set value = value || '{"name": "Eve"}' where key = 'lead:${numberedId(number)}'`,
  );
const storeLeads = async (count: number) => {
  await insertLeads(api, 1, count);
  await api.request('POST', '/sync/repair');
};
const codes = ({ findings }: SyncModel) => findings.value.map(({ code }) => code);
const isOf = (route: string) => (request: { path: string; method: string }) =>
  request.method !== 'OPTIONS' && request.path.startsWith(route);
/** Lets a request wait until `go` is called. */
function hold(route: string) {
  const seen = () => proxy.requests.filter(isOf(route)).length;
  const before = seen();
  proxy.set({ slow: 400 }, isOf(route));
  return () => eventually(() => expect(seen()).toBeGreaterThan(before));
}

describe('a walk over every row', () => {
  it('is pending where rows were written during it, and so is the verdict', async () => {
    await storeLeads(1_500);
    const sync = await openSync();
    let turn = 0;
    proxy.set(
      {
        rewrite: async (body) => {
          if (++turn === 1) await api.request('PATCH', `/leads/${numberedId(3)}`, { body: { name: 'Ann' } });
          return body;
        },
      },
      isOf('/sync/rows?entity=leads'),
    );
    await sync.proveAll();
    expect(sync.proof.results.value.map(({ state }) => state)).toEqual(['pending', 'proven', 'proven']);
    expect(view.lastCheck.value).toMatchObject({
      state: 'pending',
      summary: expect.stringContaining('Prove every row again'),
    });
    await settleFeed(api);
    await sync.proveAll();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 1_500 });
  });

  it('counts only what is stored when it ends: a row changed past the log between two parts of it is not proven', async () => {
    await storeLeads(60);
    const sync = await openSync();
    proxy.set({ slow: 60_000 }, isOf('/sync/rows?entity=users'));
    const walking = sync.proveAll();
    await eventually(() => expect(sync.proof.results.value).toMatchObject([{ state: 'proven' }]));
    sync.proof.cancel();
    await walking;
    // Not on the screen, which has the newest.
    await rename(3);
    proxy.set('pass');
    await sync.resumeProof();
    expect(sync.proof.results.value.map(({ state }) => state)).toEqual(['pending', 'proven', 'proven']);
    expect(view.lastCheck.value?.state).toBe('pending');
    expect(sync.outcomes.value).toMatchObject({ report: 'agrees', screen: 'agrees', walk: 'pending' });
    await sync.proveAll();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 60 });
  });

  it('that was cancelled after it has found a difference is red', async () => {
    await storeLeads(60);
    const sync = await openSync();
    await sync.check();
    let isTold = false;
    proxy.set(
      {
        rewrite: (body) => ({
          ...body,
          rows: body.rows.map((row: { text: string }) => ({ ...row, text: `${row.text} ` })),
        }),
      },
      (request) => {
        if (isOf('/sync/rows?entity=users')(request)) sync.proof.cancel();
        return !isTold && isOf('/sync/rows?entity=leads')(request);
      },
    );
    await sync.proveAll();
    isTold = true;
    expect(sync.proof.state.value).toBe('stopped');
    expect(codes(sync)).toContain('page.differs');
    expect([view.lastCheck.value?.state, sync.outcomes.value.walk]).toEqual(['drift', 'differs']);
  });

  it('that has found a difference is not held against a later check, and is taken back from the toolbar by it', async () => {
    await storeLeads(60);
    const sync = await openSync();
    const eve = (body: { rows: { text: string }[] }) => ({
      ...body,
      rows: body.rows.map((row) => ({ ...row, text: row.text.replace('ann', 'eve') })),
    });
    proxy.set({ rewrite: eve }, isOf('/sync/rows?entity=leads'));
    await sync.proveAll();
    expect(view.lastCheck.value?.state).toBe('drift');
    const kept = driftFound(view.connectionId);
    await eventually(async () => expect(await kept.getValue()).not.toBeNull());
    proxy.set('pass');
    await sync.check();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 20 });
    expect([codes(sync), sync.isProofOfNow.value, sync.outcomes.value.walk]).toEqual([[], false, 'unchecked']);
    expect(sync.evidence().proof).toMatchObject({ isOfThisCheck: false, entities: [{ state: 'differs' }, {}, {}] });
    await eventually(async () => expect(await kept.getValue()).toBeNull());
  });

  it('is followed by a check of its own, not by one that began before it ended', async () => {
    await storeLeads(30);
    const sync = await openSync();
    const isAsked = hold('/sync?');
    const opening = sync.check();
    await isAsked();
    proxy.set('pass');
    await Promise.all([opening, sync.proveAll()]);
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 30 });
    expect(proxy.requests.filter(isOf('/sync?')).length).toBeGreaterThanOrEqual(2);
  });
});

describe('what is written while a check runs', () => {
  it('makes its green result old, though the feed told of it before the result was there', async () => {
    await storeLeads(3);
    const sync = await openSync();
    let isTold = false;
    proxy.set(
      {
        rewrite: async (body) => {
          // After the snapshot of this report, before its answer.
          await captureLead(api);
          await settleFeed(api);
          await view.look();
          isTold = true;
          return body;
        },
      },
      isOf('/sync?'),
    );
    await sync.check();
    expect(isTold).toBe(true);
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', changedAfter: true });
    proxy.set('pass');
    await sync.check();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 4, changedAfter: false });
  });

  it('is compared by a press that came while an older check was running', async () => {
    await storeLeads(2);
    const sync = await openSync();
    const { tour } = createHowItWorks(view);
    const isAsked = hold('/sync?');
    const running = sync.check();
    await eventually(() => expect(sync.steps.screen.value.state).toBe('done'));
    await isAsked();
    proxy.set('pass');
    await rename(1);
    await tour.verify();
    await running;
    expect(tour.checked.value?.state).toBe('drift');
    expect(codes(sync)).toEqual(['screen.differs']);
  });

  it('and does not come to the screen is red: the feed told of it, the list did not follow', async () => {
    await storeLeads(2);
    const sync = await openSync();
    await api.request('PATCH', `/leads/${numberedId(1)}`, { body: { name: 'Ann' } });
    await settleFeed(api);
    proxy.set({ rewrite: (body) => ({ ...body, changes: [] }) }, isOf('/changes'));
    await view.look();
    await sync.check();
    expect(view.lastCheck.value?.state).toBe('drift');
    expect(codes(sync)).toEqual(['screen.differs']);
  });
});

describe('what was not compared', () => {
  it('is no empty table: a filter that shows nothing', async () => {
    await storeLeads(2);
    const sync = await openSync();
    await view.leads.setFilter({ status: 'lost' });
    await sync.check();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 0, isEmpty: false });
    expect(sync.outcomes.value).toEqual({
      report: 'agrees',
      screen: 'unchecked',
      witness: 'unchecked',
      walk: 'unchecked',
    });
  });

  it('is told in the evidence, with the time of what was', async () => {
    await storeLeads(1);
    const sync = await openSync();
    proxy.set('refuse', isOf('/sync?'));
    await sync.check();
    expect(sync.evidence()).toMatchObject({
      steps: {
        report: {
          state: 'failed',
          outcome: 'failed',
          at: expect.any(String),
          failure: expect.stringMatching(/^Nobody/),
        },
        screen: { state: 'done', outcome: 'agrees', at: expect.any(String), failure: null },
        witness: { state: 'waiting', outcome: 'unchecked', at: null },
      },
      proof: { state: 'idle', at: null, outcome: 'unchecked' },
      witness: null,
    });
    expect(view.lastCheck.value?.state).toBe('failed');
    proxy.set('pass');
    await sync.proveAll();
    expect(sync.evidence().proof).toMatchObject({ state: 'done', isOfThisCheck: true, at: expect.any(String) });
  });

  it('is not ticked before its result is there', async () => {
    await storeLeads(1);
    const sync = await openSync();
    const early: unknown[] = [];
    const watch = [
      sync.steps.report.subscribe(({ state }) => state === 'done' && early.push(sync.report.value === null)),
      sync.steps.screen.subscribe(({ state }) => state === 'done' && early.push(sync.screen.value === null)),
    ];
    await sync.check();
    for (const stop of watch) stop();
    expect(early).toEqual([false, false]);
  });
});

it('a preview that comes late does not come over a repair that was asked for since', async () => {
  await insertLeads(api, 1, 2);
  const { repair } = await openSync();
  const isAsked = hold('/sync/repair');
  const first = repair.preview();
  await isAsked();
  proxy.set('pass');
  repair.close();
  await repair.preview();
  const running = repair.run();
  await Promise.all([first, running]);
  expect(repair.state.value?.stage).toBe('done');
});
