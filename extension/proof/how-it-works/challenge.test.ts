import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { insertLeads, settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import type { LastCheck } from '../../platform/workspace/workspace.ts';
import { type Challenge, countQuery, createChallenge } from './challenge.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let challenge: Challenge;
let found: LastCheck['state'];
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
  found = 'synced';
  challenge = createChallenge({
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
    await challenge.look();
    expect(challenge.done.value).toMatchObject({ write: true, watch: true });
  });

describe('the challenge', () => {
  it('goes from the count over the demo data to the check', async () => {
    await insertLeads(api, 1, 2);
    await settleFeed(api);
    expect(challenge.step.value).toBe('count');
    await challenge.count();
    expect(challenge.seen.value.before?.records).toBe(2);
    expect(challenge.step.value).toBe('write');
    await challenge.write();
    await seeRows();
    expect(challenge.seen.value.appeared).toHaveLength(12);
    expect(challenge.seen.value.after?.records).toBe(14);
    expect(challenge.seen.value.logged).toBe(12);
    const stored = await api.sql<{ key: string; text: string }>(
      'select key, value::text as text from kv_store_3cbf86a5',
    );
    for (const row of challenge.seen.value.appeared) expect(stored).toContainEqual(row);
    expect(challenge.step.value).toBe('verify');
    await challenge.verify();
    expect(challenge.step.value).toBeNull();
  });

  it('counts what its query counts', async () => {
    await api.request('POST', '/seed');
    await challenge.count();
    const [row] = await api.sql<{ count: string }>(countQuery('kv_store_3cbf86a5'));
    expect(challenge.seen.value.before?.records).toBe(Number(row?.count));
  });

  it('takes a lead of a visitor for the demo data', async () => {
    view.live.follow((await view.crm.listLeads({})).changesCursor);
    challenge.follow(view.signal);
    await challenge.count();
    const id = await captureLead(api);
    await settleFeed(api);
    await view.look();
    await eventually(() => expect(challenge.seen.value.appeared.map(({ key }) => key)).toEqual([`lead:${id}`]));
    expect(challenge.step.value).toBe('verify');
  });

  it('writes nothing twice: it says that the demo data is there, and offers to remove it', async () => {
    await api.request('POST', '/seed');
    await settleFeed(api);
    await challenge.count();
    await challenge.write();
    expect(challenge.seen.value.isSeeded).toBe(true);
    expect(challenge.step.value).toBe('write');
    await challenge.removeSeed();
    expect(challenge.seen.value.before?.records).toBe(0);
    expect(challenge.seen.value.isSeeded).toBe(false);
  });

  it('says that there are no new rows yet, until there are', async () => {
    await challenge.count();
    expect(challenge.seen.value.isNothingNew).toBe(false);
    await challenge.look();
    expect(challenge.seen.value.isNothingNew).toBe(true);
    await captureLead(api);
    await settleFeed(api);
    await challenge.look();
    expect(challenge.seen.value.isNothingNew).toBe(false);
    challenge.leave();
    await challenge.count();
    expect(challenge.seen.value.isNothingNew).toBe(false);
  });

  it('does not tick rows that the count and the log tell differently of', async () => {
    await challenge.count();
    await captureLead(api);
    await api.sql(
      'begin; set local session_replication_role = replica; delete from kv_store_3cbf86a5 where key like $$lead:%$$; commit',
    );
    await captureLead(api);
    await settleFeed(api);
    await challenge.look();
    expect(challenge.done.value.watch).toBe(false);
  });

  it('is not done where the check finds drift, nor where it fails', async () => {
    found = 'drift';
    await challenge.count();
    await challenge.write();
    await seeRows();
    await challenge.verify();
    expect(challenge.step.value).toBe('verify');
  });

  it('ticks nothing while the backend is away', async () => {
    proxy.set('refuse');
    await challenge.count();
    expect(challenge.step.value).toBe('count');
    expect(challenge.failure.value?.kind).toBe('unreachable');
  });

  it('says nothing of the backend that it has not asked', async () => {
    challenge.follow(view.signal);
    await view.figures.start(view.signal);
    proxy.set('refuse');
    await challenge.count();
    expect(view.live.backend.value.state).toBe('offline');
    challenge.leave();
    // The check tells of its own failures, and resolves.
    found = 'failed';
    await challenge.verify();
    await captureLead(api);
    await challenge.look();
    expect(view.live.backend.value.state).toBe('offline');
  });

  it('forgets everything when it is left', async () => {
    await challenge.count();
    challenge.leave();
    expect(challenge.seen.value.before).toBeNull();
    expect(challenge.step.value).toBe('count');
  });
});
