import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { insertLeads, settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import type { LastCheck } from '../../platform/workspace/workspace.ts';
import { countQuery } from './record-log.ts';
import { createSyncTour, type SyncTour } from './sync-tour.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let tour: SyncTour;
let found: LastCheck['state'];
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
  found = 'synced';
  tour = createSyncTour({
    ...view,
    check: async () => ({
      state: found,
      rows: 12,
      at: Date.now(),
      summary: 'As the check says',
      stored: 12,
      isEmpty: false,
      changedAfter: false,
    }),
  });
});
afterEach(() => view.close());

/** Other tests write to the same server, which may hold the feed back for a moment. */
const seeRows = () =>
  eventually(async () => {
    await tour.look();
    expect(tour.done.value).toMatchObject({ write: true, watch: true });
  });

describe('the challenge', () => {
  it('goes from the count over the demo data to the check', async () => {
    await insertLeads(api, 1, 2);
    await settleFeed(api);
    expect(tour.step.value).toBe('count');
    await tour.count();
    expect(tour.before.value?.records).toBe(2);
    expect(tour.step.value).toBe('write');
    await tour.write();
    await seeRows();
    expect(tour.appeared.value).toHaveLength(12);
    expect(tour.after.value?.records).toBe(14);
    expect(tour.difference.value).toBe(12);
    const stored = await api.sql<{ key: string; text: string }>(
      'select key, value::text as text from kv_store_3cbf86a5',
    );
    for (const row of tour.appeared.value) expect(stored).toContainEqual(row);
    expect(tour.step.value).toBe('verify');
    await tour.verify();
    expect(tour.step.value).toBeNull();
  });

  it('counts what its query counts', async () => {
    await api.request('POST', '/seed');
    await tour.count();
    const [row] = await api.sql<{ count: string }>(countQuery('kv_store_3cbf86a5'));
    expect(tour.before.value?.records).toBe(Number(row?.count));
  });

  it('takes a lead of a visitor for the demo data', async () => {
    view.live.follow((await view.crm.listLeads({})).changesCursor);
    tour.follow(view.signal);
    await tour.count();
    const id = await captureLead(api);
    await settleFeed(api);
    await view.look();
    await eventually(() => expect(tour.appeared.value.map(({ key }) => key)).toEqual([`lead:${id}`]));
    expect(tour.step.value).toBe('verify');
  });

  it('writes nothing twice: it says that the demo data is there, and offers to remove it', async () => {
    await api.request('POST', '/seed');
    await settleFeed(api);
    await tour.count();
    await tour.write();
    expect(tour.isSeeded.value).toBe(true);
    expect(tour.step.value).toBe('write');
    await tour.removeSeed();
    expect(tour.before.value?.records).toBe(0);
    expect(tour.isSeeded.value).toBe(false);
  });

  it('says that there are no new rows yet, until there are', async () => {
    await tour.count();
    expect(tour.isNothingNew.value).toBe(false);
    await tour.look();
    expect(tour.isNothingNew.value).toBe(true);
    await captureLead(api);
    await settleFeed(api);
    await tour.look();
    expect(tour.isNothingNew.value).toBe(false);
    tour.leave();
    await tour.count();
    expect(tour.isNothingNew.value).toBe(false);
  });

  it('does not tick rows that the count and the log tell differently of', async () => {
    await tour.count();
    await captureLead(api);
    await api.sql(
      'begin; set local session_replication_role = replica; delete from kv_store_3cbf86a5 where key like $$lead:%$$; commit',
    );
    await captureLead(api);
    await settleFeed(api);
    await tour.look();
    expect(tour.done.value.watch).toBe(false);
  });

  it('is not done where the check finds drift, nor where it fails', async () => {
    found = 'drift';
    await tour.count();
    await tour.write();
    await seeRows();
    await tour.verify();
    expect(tour.step.value).toBe('verify');
  });

  it('ticks nothing while the backend is away', async () => {
    proxy.set('refuse');
    await tour.count();
    expect(tour.step.value).toBe('count');
    expect(tour.failure.value?.kind).toBe('unreachable');
  });

  it('says nothing of the backend that it has not asked', async () => {
    tour.follow(view.signal);
    await view.overview.start(view.signal);
    proxy.set('refuse');
    await tour.count();
    expect(view.live.backend.value.state).toBe('offline');
    tour.leave();
    // The check tells of its own failures, and resolves.
    found = 'failed';
    await tour.verify();
    await captureLead(api);
    await tour.look();
    expect(view.live.backend.value.state).toBe('offline');
  });

  it('forgets everything when it is left', async () => {
    await tour.count();
    tour.leave();
    expect(tour.before.value).toBeNull();
    expect(tour.step.value).toBe('count');
  });
});
