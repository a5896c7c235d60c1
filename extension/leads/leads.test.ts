import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lead } from '../../shared/contract/lead.ts';
import { PAGE_LIMIT } from '../../shared/contract/limits.ts';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { insertLeads, numberedId, numberedIds } from '../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { lastLook } from '../platform/browser/storage.ts';

let api: TestApi;
let proxy: FaultyProxy;
const views: Awaited<ReturnType<typeof openWorkspace>>[] = [];
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
});
afterEach(() => {
  for (const view of views.splice(0)) view.close();
});

async function open(id?: string) {
  const view = await openWorkspace(proxy.url, api.adminKey, id);
  views.push(view);
  await view.leads.start(view.signal);
  return view.leads;
}
const insertRow = (id: string, value: unknown) =>
  api.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [`lead:${id}`, JSON.stringify(value)]);
const ids = (leads: { rows: { value: readonly Lead[] } }) => leads.rows.value.map(({ id }) => id);

describe('the list', () => {
  it('is read newest first, in growing pages to the end, each lead once', async () => {
    await insertLeads(api, 1, 600);
    proxy.requests.length = 0;
    const leads = await open();
    expect(ids(leads)).toEqual(numberedIds(600, 601 - leads.rows.value.length));
    expect(leads.loading.value).toBeNull();
    while (leads.nextCursor.value) await leads.loadMore();
    expect(ids(leads)).toEqual(numberedIds(600, 1));
    const sizes = proxy.requests.map(({ path }) => Number(new URL(path, proxy.url).searchParams.get('limit')));
    expect(sizes).toEqual(sizes.toSorted((left, right) => left - right));
    expect(sizes.at(-1)).toBeLessThanOrEqual(PAGE_LIMIT);
    proxy.requests.length = 0;
    await leads.loadMore();
    expect(proxy.requests).toEqual([]);
  });

  it('is empty, and knows it, when nothing is stored', async () => {
    const leads = await open();
    expect([ids(leads), leads.loading.value, leads.failure.value, leads.nextCursor.value]).toEqual([
      [],
      null,
      null,
      null,
    ]);
  });

  it('asks for a next page once, however often the end comes into sight', async () => {
    await insertLeads(api, 1, 200);
    const leads = await open();
    const before = leads.rows.value.length;
    proxy.requests.length = 0;
    await Promise.all([leads.loadMore(), leads.loadMore(), leads.loadMore()]);
    expect(proxy.requests).toHaveLength(1);
    expect(ids(leads)).toEqual(numberedIds(200, 201 - 2 * before));
  });

  it('shows the others beside a row that is no lead, and names that row', async () => {
    await insertLeads(api, 1, 2);
    await insertRow('lead_1800000000000_odd', { id: 'lead_1800000000000_odd', email: 5 });
    const leads = await open();
    expect(ids(leads)).toEqual(numberedIds(2, 1));
    expect(leads.malformed.value).toEqual([
      { key: 'lead:lead_1800000000000_odd', problem: expect.stringContaining('email') },
    ]);
  });

  it('reads on where a whole page holds no lead', async () => {
    await insertLeads(api, 1, 3);
    await insertLeads(api, 101, 220, { email: '' });
    const leads = await open();
    expect(ids(leads)).toEqual(numberedIds(3, 1));
    expect(leads.malformed.value).toHaveLength(120);
  });

  it('shows the others beside a row that only this version does not understand', async () => {
    await insertLeads(api, 1, 3);
    const bend = (row: Lead) => (row.id === numberedId(2) ? { ...row, interests: 'kitchen' } : row);
    proxy.set({ rewrite: (body) => ({ ...body, leads: body.leads?.map(bend) }) });
    const leads = await open();
    expect(ids(leads)).toEqual([numberedId(3), numberedId(1)]);
    expect(leads.malformed.value).toEqual([
      { key: `lead:${numberedId(2)}`, problem: expect.stringContaining('interests') },
    ]);
  });

  it('that cannot be read says why and is read by another try', async () => {
    await insertLeads(api, 1, 2);
    proxy.set('html');
    const leads = await open();
    expect(leads.failure.value).toMatchObject({ kind: 'foreign' });
    expect([ids(leads), leads.loading.value]).toEqual([[], null]);
    proxy.set('pass');
    await leads.load();
    expect([ids(leads), leads.failure.value]).toEqual([numberedIds(2, 1), null]);
  });

  it('keeps what was read when the next page cannot be', async () => {
    await insertLeads(api, 1, 200);
    const leads = await open();
    const before = ids(leads);
    proxy.set('refuse');
    await leads.loadMore();
    expect(leads.failure.value).toMatchObject({ kind: 'unreachable' });
    expect([ids(leads), leads.loading.value]).toEqual([before, null]);
  });
});

describe('a filter', () => {
  it('narrows the list, and the last one chosen wins', async () => {
    await insertLeads(api, 1, 4);
    await insertLeads(api, 5, 6, { status: 'lost', name: 'Kitchen Lee' });
    const leads = await open();
    await Promise.all([
      leads.setFilter({ status: 'lost' }),
      leads.setFilter({ status: '', q: 'kitchen' }),
      leads.setFilter({ status: 'new', q: '' }),
    ]);
    expect(ids(leads)).toEqual(numberedIds(4, 1));
    await leads.setFilter({ status: '', q: 'KITCHEN lee' });
    expect(ids(leads)).toEqual(numberedIds(6, 5));
  });

  it('that asks for the same asks nothing', async () => {
    const leads = await open();
    proxy.requests.length = 0;
    await leads.setFilter({ q: '  ' });
    expect([leads.filter.value.q, proxy.requests]).toEqual(['  ', []]);
  });

  it('chosen while the next page is on its way gets no row of the old one', async () => {
    await insertLeads(api, 1, 120);
    await insertLeads(api, 121, 130, { status: 'lost' });
    const leads = await open();
    await Promise.all([leads.loadMore(), leads.setFilter({ status: 'lost' })]);
    expect([ids(leads), leads.nextCursor.value, leads.loading.value]).toEqual([numberedIds(130, 121), null, null]);
  });

  it('lets go of what was selected before', async () => {
    await insertLeads(api, 1, 2);
    const leads = await open();
    leads.toggle(numberedId(1));
    leads.toggle(numberedId(2));
    leads.toggle(numberedId(2));
    expect([...leads.selected.value.keys()]).toEqual([numberedId(1)]);
    await leads.setFilter({ status: 'new' });
    expect(leads.selected.value.size).toBe(0);
  });
});

describe('what the user has not seen yet', () => {
  it('is nothing at the first look, and later what came since the last one', async () => {
    const first = await captureLead(api);
    expect((await open('again')).unseen.value.size).toBe(0);
    expect(await lastLook('again').getValue()).toBe(first);
    const second = await captureLead(api);
    const leads = await open('again');
    expect([...leads.unseen.value]).toEqual([second]);
    leads.markOpened(second);
    expect(leads.unseen.value.size).toBe(0);
    expect((await open('again')).unseen.value.size).toBe(0);
  });

  it('is kept as the id of one lead and no more', async () => {
    await captureLead(api);
    await captureLead(api);
    const leads = await open('other');
    expect(await lastLook('other').getValue()).toBe(ids(leads)[0]);
  });
});
