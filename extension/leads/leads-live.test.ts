import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import type { OpenWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { editLead, insertLeads, numberedId, numberedIds } from '../../tests/rig/numbered-leads.ts';
import { lookAtAll, openWholeList } from '../../tests/rig/open-list.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import type { LeadFilter } from './lead-filter.ts';

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
async function open(filter: Partial<LeadFilter> = {}) {
  view = await openWholeList(api, proxy.url, filter);
  return view.leads;
}
const ids = () => view.leads.rows.value.map(({ id }) => id);
const nameOf = (number: number) => view.leads.rows.value.find(({ id }) => id === numberedId(number))?.name;

const look = () => lookAtAll(api, view);

describe('an open list shows', () => {
  it('a lead that came in through the form, on top, as one that arrived', async () => {
    await insertLeads(api, 1, 3);
    await open();
    const id = await captureLead(api, { name: 'Siti' });
    await look();
    expect(ids()).toEqual([id, ...numberedIds(3, 1)]);
    expect([...view.leads.arrived.value]).toEqual([id]);
    expect([...view.leads.unseen.value]).toEqual([id]);
    view.leads.seeFrom(1);
    expect([...view.leads.arrived.value]).toEqual([id]);
    view.leads.seeFrom(0);
    expect(view.leads.arrived.value.size).toBe(0);
  });

  it('none as arrived that is deleted again', async () => {
    await insertLeads(api, 1, 3);
    await open();
    const id = await captureLead(api, { name: 'Siti' });
    const next = await captureLead(api, { name: 'Tan' });
    await look();
    await api.request('DELETE', `/leads/${id}`);
    await look();
    view.leads.seeFrom(2);
    expect([...view.leads.arrived.value]).toEqual([next]);
  });

  it('what another admin and what somebody in psql changed, near the top and far below', async () => {
    await insertLeads(api, 1, 90);
    await open();
    await api.request('PATCH', `/leads/${numberedId(90)}`, { body: { name: 'By an admin' } });
    await api.request('PATCH', `/leads/${numberedId(2)}`, { body: { name: 'By an admin' } });
    await editLead(api, numberedId(89), { name: 'By hand' });
    await editLead(api, numberedId(1), { name: 'By hand' });
    await look();
    expect([90, 2, 89, 1].map(nameOf)).toEqual(['By an admin', 'By an admin', 'By hand', 'By hand']);
    expect(ids()).toEqual(numberedIds(90, 1));
    expect(view.leads.arrived.value.size).toBe(0);
  });

  it('no lead any more that was deleted, and none of them stays selected', async () => {
    await insertLeads(api, 1, 90);
    const leads = await open();
    leads.select([numberedId(90), numberedId(50), numberedId(10), numberedId(9)]);
    await api.request('DELETE', `/leads/${numberedId(90)}`);
    await api.request('DELETE', `/leads/${numberedId(10)}`);
    await api.sql('delete from kv_store_3cbf86a5 where key = $1', [`lead:${numberedId(9)}`]);
    await look();
    expect(ids()).toEqual([...numberedIds(89, 11), ...numberedIds(8, 1)]);
    expect([...leads.selected.value.keys()]).toEqual([numberedId(50)]);
  });

  it('more new leads than a page at once, without a gap', async () => {
    await insertLeads(api, 1, 30);
    const leads = await open();
    await insertLeads(api, 31, 330);
    await look();
    expect(ids()[0]).toBe(numberedId(330));
    while (leads.nextCursor.value) await leads.loadMore();
    expect(ids()).toEqual(numberedIds(330, 1));
  });

  it('nothing once the table was emptied, and nothing stays selected', async () => {
    await insertLeads(api, 1, 90);
    const leads = await open();
    leads.select(numberedIds(90, 60));
    await api.sql('truncate kv_store_3cbf86a5');
    await look();
    expect(ids()).toEqual([]);
    expect([leads.selected.value.size, leads.failure.value]).toEqual([0, null]);
  });

  it('older leads that are added later in their place, as the demo data', async () => {
    await insertLeads(api, 1, 40);
    await insertLeads(api, 42, 90);
    await open();
    await api.request('POST', '/seed');
    await insertLeads(api, 41, 41);
    await look();
    expect(ids()).toHaveLength(96);
    expect(ids()).toEqual(ids().toSorted().reverse());
    await api.request('DELETE', '/seed');
    await look();
    expect(ids()).toEqual(numberedIds(90, 1));
  });

  it('no row any more that was spoilt by hand, and names it', async () => {
    await insertLeads(api, 1, 90);
    await open();
    await editLead(api, numberedId(89), { email: null });
    await editLead(api, numberedId(3), { email: null });
    await look();
    expect(view.leads.malformed.value.map(({ key }) => key)).toContain(`lead:${numberedId(89)}`);
    while (view.leads.nextCursor.value) await view.leads.loadMore();
    expect(ids()).toEqual([numberedId(90), ...numberedIds(88, 4), numberedId(2), numberedId(1)]);
    expect(view.leads.malformed.value.map(({ key }) => key)).toEqual(
      [89, 3].map((number) => `lead:${numberedId(number)}`),
    );
  });
});

describe('a filtered list', () => {
  it('lets go of leads that changed out of it and takes in those that changed into it', async () => {
    await insertLeads(api, 1, 80);
    await insertLeads(api, 81, 90, { status: 'lost' });
    await open({ status: 'new' });
    await editLead(api, numberedId(85), { status: 'new' });
    await editLead(api, numberedId(80), { status: 'contacted' });
    await editLead(api, numberedId(3), { status: 'contacted' });
    await look();
    expect(ids()).toEqual([numberedId(85), ...numberedIds(79, 4), numberedId(2), numberedId(1)]);
    await editLead(api, numberedId(3), { status: 'new' });
    await look();
    expect(ids()).toEqual([numberedId(85), ...numberedIds(79, 1)]);
  });

  it('has no gap when more than a page of new leads match a search at once', async () => {
    await insertLeads(api, 1, 3, { name: 'Kitchen' });
    const leads = await open({ q: 'kitchen' });
    await insertLeads(api, 4, 28, { name: 'Kitchen' });
    await look();
    while (leads.nextCursor.value) await leads.loadMore();
    expect(ids()).toEqual(numberedIds(28, 1));
  });

  it('does not take in what a search did not find', async () => {
    await insertLeads(api, 1, 60, { name: 'Kitchen' });
    await insertLeads(api, 61, 62, { name: 'Bath' });
    await open({ q: 'kitchen' });
    await editLead(api, numberedId(61), { phone: '1' });
    await editLead(api, numberedId(1), { phone: '1' });
    await look();
    expect(view.leads.rows.value.at(-1)?.phone).toBe('1');
    expect(ids()).toEqual(numberedIds(60, 1));
  });
});
