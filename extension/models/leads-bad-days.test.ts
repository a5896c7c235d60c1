import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { editLead, insertLeads, numberedId, numberedIds, settleFeed } from '../../tests/rig/numbered-leads.ts';
import { createLeads } from './leads.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultyProxy(api.url);
});
afterAll(async () => {
  await proxy.close();
  await api.close();
});
beforeEach(async () => {
  proxy.set('pass');
  await api.sql('truncate kv_store_3cbf86a5');
});
afterEach(() => view.close());

/** An open list, read to its end. */
async function open() {
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
  await view.leads.start(view.signal);
  while (view.leads.nextCursor.value) await view.leads.loadMore();
  return view.leads;
}
const ids = () => view.leads.rows.value.map(({ id }) => id);
const nameOf = (number: number) => view.leads.rows.value.find(({ id }) => id === numberedId(number))?.name;

/** One look at the feed, once it tells of all that was written. */
async function look(): Promise<void> {
  await settleFeed(api);
  await view.look();
}

describe('on a bad day an open list', () => {
  it('shows after the API is back what happened meanwhile, and stays where the user scrolled', async () => {
    await insertLeads(api, 1, 90);
    await open();
    proxy.set('refuse');
    await editLead(api, numberedId(5), { name: 'Meanwhile' });
    await expect(view.look()).rejects.toMatchObject({ kind: 'unreachable' });
    expect(view.live.backend.value).toMatchObject({ state: 'offline' });
    proxy.set('pass');
    await look();
    expect(nameOf(5)).toBe('Meanwhile');
    expect(ids()).toEqual(numberedIds(90, 1));
    expect(view.live.backend.value).toMatchObject({ state: 'connected' });
  });

  it.each([
    ['refused', 'refuse'],
    [
      'answered with a failure',
      { status: 500, json: { success: false, error: { code: 'internal', message: 'Sorry.', requestId: 'r' } } },
    ],
  ] as const)('loses no change whose rows were %s when it was told of it', async (_, mode) => {
    await insertLeads(api, 1, 3);
    await open();
    proxy.set(mode, ({ path }) => path.startsWith('/leads'));
    await editLead(api, numberedId(2), { name: 'Changed' });
    await expect(look()).rejects.toMatchObject({ name: 'Failure' });
    // Something else works, so that nothing looks wrong.
    await view.live.watch(() => view.crm.session());
    expect(nameOf(2)).toBeUndefined();
    proxy.set('pass');
    await look();
    expect(nameOf(2)).toBe('Changed');
  });

  it('does not keep the old state of a row that changed while its page was on its way', async () => {
    await insertLeads(api, 1, 40);
    await settleFeed(api);
    view = await openWorkspace(proxy.url, api.adminKey);
    const { promise: gate, resolve: release } = Promise.withResolvers<void>();
    const leads = createLeads({
      ...view,
      crm: {
        ...view.crm,
        async listLeads(query, signal) {
          const answer = await view.crm.listLeads(query, signal);
          if (query.cursor) await gate;
          return answer;
        },
      },
    });
    await leads.start(view.signal);
    const more = leads.loadMore();
    await eventually(() => expect(proxy.requests.at(-1)?.path).toContain('cursor='));
    // So that the page has been answered by now.
    await view.crm.listLeads({});
    await editLead(api, numberedId(1), { name: 'Changed' });
    await settleFeed(api);
    const looking = view.look();
    // Long enough for a look that would not wait for the page.
    for (let i = 0; i < 10; i++) await Promise.race([looking, view.crm.listLeads({})]);
    release();
    await Promise.all([more, looking]);
    expect(leads.rows.value.at(-1)).toMatchObject({ id: numberedId(1), name: 'Changed' });
  });

  it('has no hole when the next page and a change come together', async () => {
    await insertLeads(api, 1, 200);
    await settleFeed(api);
    view = await openWorkspace(proxy.url, api.adminKey);
    const { leads } = view;
    await leads.start(view.signal);
    while (leads.nextCursor.value) {
      const { length } = ids();
      await editLead(api, numberedId(200), { name: `${length}` });
      await editLead(api, numberedId(201 - length), { name: `${length}` });
      await Promise.all([leads.loadMore(), view.look(), leads.loadMore()]);
    }
    await look();
    expect(ids()).toEqual(numberedIds(200, 1));
  });
});
