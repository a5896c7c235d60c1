import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead, createOrder } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { fakeBrowser, type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { editLead, insertLeads, numberedId, settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { driftFound } from '../../platform/browser/storage.ts';
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

/** A check of a view whose list of leads was read before. */
async function openSync(key = api.adminKey): Promise<Check> {
  await settleFeed(api);
  view = await openWorkspace(proxy.url, key);
  await view.leads.start(view.signal);
  return checkOf(view);
}
/** As somebody does who can write past the triggers, and so past the change log. */
const pastTheLog = (statement: string) =>
  api.sql(`set session_replication_role = replica; ${statement}; set session_replication_role = origin`);
const found = ({ findings }: Check) => findings.value.map(({ code, keys }) => ({ code, keys }));
const check = async (sync: Check) => {
  await sync.check();
  return view.lastCheck.value;
};
const lead = async () => `lead:${await captureLead(api, { name: 'Ann', email: 'ann@example.com' })}`;

describe('what is on the screen', () => {
  it('is synced where each record is the stored one, of every kind', async () => {
    await lead();
    await createOrder(api);
    const sync = await openSync();
    expect([view.lastCheck.value, sync.isChecking.value]).toEqual([null, false]);
    const checking = check(sync);
    expect(sync.isChecking.value).toBe(true);
    expect(await checking).toMatchObject({
      state: 'synced',
      rows: 3,
      summary: 'CRM data is synced',
      changedAfter: false,
    });
    expect(sync.steps.screen.value.result).toMatchObject({ compared: 3, withheld: 0, pending: [], findings: [] });
    const [page] = sync.steps.screen.value.result?.pages ?? [];
    expect(page?.received).toBe(page?.stored);
    expect(sync.steps.screen.value).toMatchObject({ state: 'passed', ms: expect.any(Number) });
    expect(checkOf(view)).toBe(sync);
  });

  it('is synced where nothing is stored, and says so', async () => {
    expect(await check(await openSync())).toMatchObject({
      state: 'synced',
      rows: 0,
      summary: 'CRM data is synced, nothing stored yet',
    });
  });

  it('differs where one byte was changed past the log, until it is read again', async () => {
    const key = await lead();
    const sync = await openSync();
    await pastTheLog(`update kv_store_3cbf86a5 set value = value || '{"name": "Anm"}' where key = '${key}'`);
    expect(await check(sync)).toMatchObject({ state: 'drift' });
    expect(found(sync)).toEqual([{ code: 'screen.differs', keys: [key] }]);
    await sync.readAnew();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 1 });
    expect(view.leads.rows.value[0]?.name).toBe('Anm');
  });

  it('is synced where a value has fields of the name __proto__, which the API lets through in some places only', async () => {
    const key = await lead();
    await pastTheLog(
      `update kv_store_3cbf86a5 set value = value || '{"__proto__": 1, "own": {"__proto__": [2]}}' where key = '${key}'`,
    );
    const sync = await openSync();
    expect(await check(sync)).toMatchObject({ state: 'synced', rows: 1 });
  });

  it('differs where a value was set back past the log to what it once was', async () => {
    const key = await lead();
    for (const status of ['contacted', 'qualified'])
      await api.request('PATCH', `/${key.replace('lead:', 'leads/')}`, { body: { status } });
    const sync = await openSync();
    await pastTheLog(`update kv_store_3cbf86a5 set value = value || '{"status": "contacted"}' where key = '${key}'`);
    await check(sync);
    expect(found(sync)).toEqual([{ code: 'screen.differs', keys: [key] }]);
  });

  it('is missing where the row was deleted past the log', async () => {
    const key = await lead();
    const sync = await openSync();
    await pastTheLog(`delete from kv_store_3cbf86a5 where key = '${key}'`);
    await check(sync);
    expect(found(sync)).toContainEqual({ code: 'screen.missing', keys: [key] });
    expect(found(sync)).toContainEqual({ code: 'row.missing', keys: [key] });
  });

  it('is missing where the whole table was emptied, and says how', async () => {
    const key = await lead();
    const sync = await openSync();
    await api.sql('truncate kv_store_3cbf86a5');
    // Before the feed has told this view of it.
    proxy.set({ slow: 60_000 }, ({ path }) => path.startsWith('/changes'));
    await check(sync);
    expect(sync.findings.value).toContainEqual(
      expect.objectContaining({ code: 'screen.missing', keys: [key], message: expect.stringContaining('TRUNCATE') }),
    );
  });

  it('names 20 of more, and counts what it has looked into', async () => {
    await insertLeads(api, 1, 20);
    const sync = await openSync();
    await pastTheLog(`update kv_store_3cbf86a5 set value = value || '{"name": "x"}' where key like 'lead:%'`);
    await check(sync);
    const differs = sync.findings.value.find(({ code }) => code === 'screen.differs');
    expect([differs?.count, differs?.keys.length]).toEqual([20, 20]);
  });
});

describe('somebody who writes meanwhile', () => {
  it('is never taken for drift: the record is read again and compared', async () => {
    const key = await lead();
    const sync = await openSync();
    await api.request('PATCH', `/${key.replace('lead:', 'leads/')}`, { body: { name: 'Anna' } });
    expect(await check(sync)).toMatchObject({ state: 'synced', rows: 1 });
    expect(view.leads.rows.value[0]?.name).toBe('Anna');
  });

  it('is waited for while the feed cannot tell of it yet, and compared once it does', async () => {
    const key = await lead();
    const sync = await openSync();
    await editLead(api, key.slice(5), { name: 'By hand' });
    let isBehind = true;
    proxy.set(
      { rewrite: (body) => ({ ...body, changes: [], nextCursor: view.live.heardUpTo(), more: false }) },
      ({ path }) => isBehind && path.startsWith('/changes'),
    );
    expect(await check(sync)).toMatchObject({ state: 'pending', rows: 0 });
    expect(sync.findings.value).toEqual([]);
    isBehind = false;
    await api.request('PATCH', `/${key.replace('lead:', 'leads/')}`, { body: { phone: '1' } });
    await settleFeed(api);
    await view.look();
    await eventually(() => expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 1 }));
  });

  it('may delete what is on the screen, and store it anew under its key', async () => {
    const [gone, again] = [await lead(), await lead()];
    const sync = await openSync();
    await api.request('DELETE', `/${gone.replace('lead:', 'leads/')}`);
    await api.sql(`delete from kv_store_3cbf86a5 where key = '${again}'`);
    await insertLeads(api, 1, 1);
    await api.sql(
      `update kv_store_3cbf86a5 set key = $1, value = value || jsonb_build_object('id', $2::text) where key = $3`,
      [again, again.slice(5), `lead:${numberedId(1)}`],
    );
    expect(await check(sync)).toMatchObject({ state: 'synced', rows: 1 });
    expect(view.leads.rows.value).toMatchObject([{ id: again.slice(5), status: 'new' }]);
  });

  it('makes no false alarm in 12 checks under 4 writers', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await lead()).slice(5)));
    const sync = await openSync();
    let isOver = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let turn = 0; !isOver; turn++) {
        const id = ids[(turn * 3 + writer) % ids.length];
        await api.request('PATCH', `/leads/${id}`, { body: { name: `${writer} ${turn}`, notes: `n${turn}` } });
        if (turn % 7 === 0) await captureLead(api);
      }
    });
    const states = new Set<string | undefined>();
    for (let turn = 0; turn < 12; turn++) {
      states.add((await check(sync))?.state);
      expect(found(sync)).toEqual([]);
    }
    isOver = true;
    await Promise.all(writers);
    expect([...states].filter((state) => state !== 'synced' && state !== 'pending')).toEqual([]);
    await settleFeed(api);
    expect(await check(sync)).toMatchObject({ state: 'synced' });
  });

  it('leaves a green result as it is when it is on no record', async () => {
    await lead();
    const sync = await openSync();
    await check(sync);
    await api.sql(`insert into kv_store_3cbf86a5 (key, value) values ('order:x', '{}')`);
    await settleFeed(api);
    await view.look();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', changedAfter: false });
    expect(await check(sync)).toMatchObject({ state: 'synced', changedAfter: false });
  });

  it('makes a green result old, but none that says otherwise', async () => {
    await lead();
    const sync = await openSync();
    await check(sync);
    await lead();
    await settleFeed(api);
    await view.look();
    expect(view.lastCheck.value).toMatchObject({ state: 'synced', changedAfter: true });
    expect(await check(sync)).toMatchObject({ state: 'synced', rows: 2, changedAfter: false });
  });
});

describe('a reply that something in between has changed', () => {
  const onRows = ({ path }: { path: string }) => path === '/sync/rows';
  const cases: [string, string, (body: { rows: { key: string; text: string }[]; nonce: string }) => unknown][] = [
    [
      'other text',
      'page.differs',
      (body) => ({ ...body, rows: body.rows.map((row) => ({ ...row, text: row.text.replace('Ann', 'Eve') })) }),
    ],
    [
      'a forged sum',
      'page.differs',
      (body) => ({ ...body, page: { count: body.rows.length, digest: '0'.repeat(64) } }),
    ],
    ['an old answer', 'reply.stale', (body) => ({ ...body, nonce: 'yesterday' })],
    ['a row left out', 'reply.order', (body) => ({ ...body, rows: body.rows.slice(1) })],
  ];
  it.each(cases)('%s is found', async (_, code, rewrite) => {
    const key = await lead();
    const sync = await openSync();
    proxy.set({ rewrite }, onRows);
    expect(await check(sync)).toMatchObject({ state: 'drift', rows: 0 });
    expect(found(sync)).toEqual([{ code, keys: [key] }]);
    proxy.set('pass');
    expect(await check(sync)).toMatchObject({ state: 'synced', rows: 1 });
  });

  it('is found where it changes the list and not the table', async () => {
    const key = await lead();
    proxy.set(
      { rewrite: (body) => ({ ...body, leads: body.leads.map((one: object) => ({ ...one, name: 'Eve' })) }) },
      ({ path }) => path.startsWith('/leads'),
    );
    const sync = await openSync();
    await check(sync);
    expect(found(sync)).toEqual([{ code: 'screen.differs', keys: [key] }]);
  });
});

describe('a check', () => {
  it('that cannot be made says why, and knows nothing', async () => {
    await lead();
    const sync = await openSync();
    proxy.set('refuse');
    expect(await check(sync)).toMatchObject({ state: 'failed', summary: expect.stringMatching(/^Nobody answers/) });
    expect(sync.steps.report.value.result).toBeNull();
    proxy.set('pass');
    expect(await check(sync)).toMatchObject({ state: 'synced' });
  });

  it('is not for viewers', async () => {
    await lead();
    expect(await check(await openSync(api.viewerKey))).toMatchObject({
      state: 'failed',
      summary: 'Only an admin can check.',
    });
  });

  it('keeps what it found wrong for the toolbar, without a word of a record, until a later one finds it gone', async () => {
    const key = await lead();
    const sync = await openSync();
    await pastTheLog(`update kv_store_3cbf86a5 set value = value || '{"name": "Secretive"}' where key = '${key}'`);
    await check(sync);
    const kept = driftFound(view.connectionId);
    expect(await kept.getValue()).toMatchObject({ by: 'view', summary: view.lastCheck.value?.summary });
    expect(JSON.stringify(await fakeBrowser.storage.session.get())).not.toMatch(/Secretive|ann@example/);
    await sync.readAnew();
    await eventually(async () => expect(await kept.getValue()).toBeNull());
  });

  it('can be taken along, without keys of sign-ins and texts of records', async () => {
    await lead();
    const sync = await openSync();
    await check(sync);
    const text = JSON.stringify(sync.evidence());
    expect(JSON.parse(text)).toMatchObject({
      connection: { name: 'Test', url: proxy.url },
      check: { state: 'synced', rows: 1 },
      report: { counts: { leads: { rows: 1, indexed: 1 } } },
      screen: { compared: 1 },
      steps: { full: { state: 'unchecked', at: null } },
    });
    expect(text).not.toMatch(new RegExp(`${api.adminKey}|ann@example`));
  });
});

describe('the full proof', () => {
  it('walks every row, and says how many', async () => {
    await insertLeads(api, 1, 1_234);
    await createOrder(api);
    const sync = await openSync();
    const walking = sync.proveAll();
    expect(sync.isChecking.value).toBe(true);
    await walking;
    expect(sync.full.step.value.result?.map(({ entity, state, received }) => [entity, state, received.count])).toEqual([
      ['leads', 'proven', 1_234],
      ['users', 'proven', 1],
      ['orders', 'proven', 1],
    ]);
    expect(sync.full.step.value).toMatchObject({ state: 'passed', progress: null });
    // The leads were written past the API, so the index does not have them.
    expect(view.lastCheck.value).toMatchObject({ state: 'drift', rows: 1_236 });
    expect(found(sync).map(({ code }) => code)).toEqual(['index.missing']);
  });

  it('is cancelled between two pages and goes on from there', async () => {
    await insertLeads(api, 1, 2_500);
    const sync = await openSync();
    const pages = () =>
      proxy.requests.filter(({ path, method }) => method === 'GET' && path.startsWith('/sync/rows?')).length;
    proxy.requests.length = 0;
    let isCancelled = false;
    proxy.set(
      {
        rewrite(body) {
          if (!isCancelled) sync.full.cancel();
          isCancelled = true;
          return body;
        },
      },
      ({ path }) => path.startsWith('/sync/rows?') && pages() === 2,
    );
    await sync.proveAll();
    const { state, failure, progress, result } = sync.full.step.value;
    expect([state, failure, view.lastCheck.value]).toEqual(['unchecked', null, null]);
    expect([progress?.value, result]).toEqual([1_000, null]);
    proxy.set('pass');
    await sync.resumeProof();
    expect(sync.full.step.value).toMatchObject({ progress: null, at: expect.any(Number) });
    expect(sync.full.step.value.result?.[0]).toMatchObject({ state: 'proven', received: { count: 2_500 } });
    expect(proxy.requests.filter(({ path }) => path.includes('entity=leads') && !path.includes('after='))).toHaveLength(
      1,
    );
  });

  it('says what interrupted it, and that nothing is known', async () => {
    await lead();
    const sync = await openSync();
    proxy.set('refuse', ({ path }) => path.startsWith('/sync/rows?'));
    await sync.proveAll();
    expect([sync.full.step.value.state, view.lastCheck.value?.state]).toEqual(['failed', 'failed']);
    expect(sync.full.step.value.progress).not.toBeNull();
    expect(sync.full.step.value.failure?.message).toMatch(/^Nobody answers/);
  });

  it('finds the row that is not on the screen and comes otherwise than it is stored', async () => {
    await insertLeads(api, 1, 60);
    const sync = await openSync();
    const target = `lead:${numberedId(3)}`;
    const eve = (body: { rows: { key: string; text: string }[] }) => ({
      ...body,
      rows: body.rows.map((row) => (row.key === target ? { ...row, text: row.text.replace('ann', 'eve') } : row)),
    });
    proxy.set({ rewrite: eve }, ({ path }) => path.startsWith('/sync/rows'));
    await sync.proveAll();
    expect(sync.findings.value[0]).toMatchObject({ code: 'page.differs', entity: 'leads', keys: [target] });
    proxy.set('pass');
    // A check of the screen does not see that row, so it says nothing of it: the proof does, and that it was not checked since.
    await check(sync);
    expect(found(sync).map(({ code }) => code)).toEqual(['index.missing']);
    expect(sync.full.step.value.result?.[0]?.findings).toMatchObject([{ code: 'page.differs', keys: [target] }]);
    expect(sync.isFullOfNow.value).toBe(false);
    await sync.proveAll();
    expect(sync.full.step.value.result?.[0]?.state).toBe('proven');
    expect(sync.isFullOfNow.value).toBe(true);
  });
});

describe('a repair', () => {
  it('shows what would change, changes just that, and the check after it is green', async () => {
    await insertLeads(api, 1, 3);
    const sync = await openSync();
    await check(sync);
    expect(view.lastCheck.value?.state).toBe('drift');
    const rows = () => api.sql(`select key, value::text from kv_store_3cbf86a5 where key like 'lead:%' order by key`);
    const before = await rows();
    await sync.repair.preview();
    const preview = sync.repair.state.value;
    expect(preview).toMatchObject({
      stage: 'preview',
      preview: { dryRun: true, changeCount: 1, changes: [{ key: 'leads:index', action: 'create', addedCount: 3 }] },
    });
    expect(await api.sql(`select from kv_store_3cbf86a5 where key = 'leads:index'`)).toEqual([]);
    await sync.repair.run();
    expect(sync.repair.state.value).toMatchObject({
      stage: 'done',
      reply: { changeCount: 1, report: { verdict: 'synced' } },
    });
    await eventually(() => expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 3 }));
    expect(await rows()).toEqual(before);
    sync.repair.close();
    expect(sync.repair.state.value).toBeNull();
  });

  it('that fails says what became of it', async () => {
    await insertLeads(api, 1, 1);
    const sync = await openSync();
    await sync.repair.preview();
    proxy.set('refuse');
    await sync.repair.run();
    expect(sync.repair.state.value).toMatchObject({
      stage: 'failed',
      message: expect.stringMatching(/Nobody answers.*not known/),
    });
  });
});
