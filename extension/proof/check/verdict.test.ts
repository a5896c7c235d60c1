import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { fakeBrowser, type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { insertLeads, numberedId, settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { driftFound } from '../../platform/browser/storage.ts';
import { createChallenge } from '../how-it-works/challenge.ts';
import { type Check, checkOf } from './check.ts';

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

async function openSync(): Promise<Check> {
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
  await view.leads.start(view.signal);
  return checkOf(view);
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
const states = ({ steps, full }: Check) => ({
  ...Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, step.value.state])),
  full: full.step.value.state,
});
const codes = ({ findings }: Check) => findings.value.map(({ code }) => code);
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
    expect(sync.full.step.value.result?.map(({ state }) => state)).toEqual(['pending', 'proven', 'proven']);
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
    await eventually(() => expect(sync.full.step.value.result).toMatchObject([{ state: 'proven' }]));
    sync.full.cancel();
    await walking;
    // Not on the screen, which has the newest.
    await rename(3);
    proxy.set('pass');
    await sync.resumeProof();
    expect(sync.full.step.value.result?.map(({ state }) => state)).toEqual(['pending', 'proven', 'proven']);
    expect(view.lastCheck.value?.state).toBe('pending');
    expect(states(sync)).toMatchObject({ report: 'passed', screen: 'passed', full: 'pending' });
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
        if (isOf('/sync/rows?entity=users')(request)) sync.full.cancel();
        return !isTold && isOf('/sync/rows?entity=leads')(request);
      },
    );
    await sync.proveAll();
    isTold = true;
    expect(sync.full.step.value).toMatchObject({ state: 'wrong', progress: { value: expect.any(Number) } });
    expect(codes(sync)).toContain('page.differs');
    expect(view.lastCheck.value?.state).toBe('drift');
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
    expect([codes(sync), sync.isFullOfNow.value]).toEqual([[], false]);
    expect(sync.evidence()).toMatchObject({
      steps: { full: { isOfThisCheck: false } },
      full: [{ state: 'differs' }, {}, {}],
    });
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
    const challenge = createChallenge({
      ...view,
      check: async () => {
        await sync.checkAnew();
        return view.lastCheck.value;
      },
    });
    const isAsked = hold('/sync?');
    const running = sync.check();
    await eventually(() => expect(sync.steps.screen.value.state).toBe('passed'));
    await isAsked();
    proxy.set('pass');
    await rename(1);
    await challenge.verify();
    await running;
    expect(challenge.seen.value.checked?.state).toBe('drift');
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
    expect(states(sync)).toEqual({
      report: 'passed',
      screen: 'unchecked',
      direct: 'unchecked',
      full: 'unchecked',
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
          at: expect.any(String),
          failure: expect.stringMatching(/^Nobody/),
        },
        screen: { state: 'passed', at: expect.any(String), failure: null },
        direct: { state: 'unchecked', at: null },
        full: { state: 'unchecked', at: null, isOfThisCheck: false },
      },
      direct: null,
    });
    expect(view.lastCheck.value?.state).toBe('failed');
    proxy.set('pass');
    await sync.proveAll();
    expect(sync.evidence().steps.full).toMatchObject({ state: 'passed', isOfThisCheck: true, at: expect.any(String) });
  });

  it('is not ticked before its result is there', async () => {
    await storeLeads(1);
    const sync = await openSync();
    const early: unknown[] = [];
    const watch = [
      sync.steps.report.subscribe(({ state, result }) => state === 'passed' && early.push(result === null)),
      sync.steps.screen.subscribe(({ state, result }) => state === 'passed' && early.push(result === null)),
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
