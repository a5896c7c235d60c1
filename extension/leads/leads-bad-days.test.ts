import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { editLead, insertLeads, numberedId, numberedIds, settleFeed } from '../../tests/rig/numbered-leads.ts';
import { lookAtAll, openWholeList } from '../../tests/rig/open-list.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { createLeads } from './leads.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
});
afterEach(() => view.close());

/** An open list, read to its end. */
async function open() {
  view = await openWholeList(api, proxy.url);
  return view.leads;
}
const ids = () => view.leads.rows.value.map(({ id }) => id);
const nameOf = (number: number) => view.leads.rows.value.find(({ id }) => id === numberedId(number))?.name;

const look = () => lookAtAll(api, view);

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
