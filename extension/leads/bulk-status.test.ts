import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { insertLeads, numberedId, numberedIds } from '../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
  await insertLeads(api, 1, 20);
  await open(api.adminKey);
});
afterEach(() => view.close());

async function open(key: string) {
  view = await openWorkspace(proxy.url, key);
  await view.leads.start(view.signal);
  proxy.requests.length = 0;
}
const withStatus = async (status: string) => {
  const rows = await api.sql<{ id: string }>(
    `select value ->> 'id' as id from kv_store_3cbf86a5 where value ->> 'status' = $1 order by key desc`,
    [status],
  );
  return rows.map(({ id }) => id);
};
const selected = () => [...view.leads.selected.value.keys()].toSorted().reverse();
/** All requests after the first few are refused. */
const refuseAfter = (count: number) => proxy.set('refuse', () => proxy.requests.length > count);

describe('one status for many leads', () => {
  it('is stored for each of them, and nothing stays selected', async () => {
    view.leads.select(numberedIds(12, 1));
    await view.bulk.run('contacted');
    expect(await withStatus('contacted')).toEqual(numberedIds(12, 1));
    expect([selected(), view.bulk.progress.value]).toEqual([[], null]);
    expect(view.said()).toEqual(['12 of 12 leads are contacted now.']);
  });

  it('says how far it is, and is one run at a time', async () => {
    view.leads.select(numberedIds(8, 1));
    const seen: unknown[] = [];
    const stop = view.bulk.progress.subscribe((progress) => seen.push(progress?.done));
    await Promise.all([view.bulk.run('lost'), view.bulk.run('new')]);
    stop();
    expect(seen).toEqual([undefined, 0, 1, 2, 3, 4, 5, 6, 7, 8, undefined]);
    expect(await withStatus('lost')).toHaveLength(8);
  });

  it('leaves selected what could not be changed, and changes the others', async () => {
    view.leads.select(numberedIds(5, 1));
    await api.sql('delete from kv_store_3cbf86a5 where key = $1', [`lead:${numberedId(3)}`]);
    await view.bulk.run('qualified');
    expect(await withStatus('qualified')).toEqual([...numberedIds(5, 4), ...numberedIds(2, 1)]);
    expect(selected()).toEqual([numberedId(3)]);
    expect(view.said()[0]).toMatch(/^Not every lead was changed: No lead has this id.* 4 of 5 were changed/);
  });

  it.each([0, 1, 5, 6])(
    'stops when the API goes away after %i, and selected stays exactly what was not changed',
    async (count) => {
      view.leads.select(numberedIds(20, 1));
      refuseAfter(count);
      await view.bulk.run('contacted');
      const changed = await withStatus('contacted');
      expect(selected()).toEqual(await withStatus('new'));
      expect(view.said()[0]).toContain(`${changed.length} of 20 were changed; the others are still selected.`);
      proxy.set('pass');
      view.toasts.toasts.value.at(-1)?.action?.onAction();
      await eventually(async () => expect(await withStatus('contacted')).toHaveLength(20));
      await eventually(() => expect(selected()).toEqual([]));
    },
  );

  it('can be stopped, and selected stays exactly what was not changed', async () => {
    view.leads.select(numberedIds(20, 1));
    const stop = view.bulk.progress.subscribe((progress) => progress?.done === 3 && view.bulk.cancel());
    await view.bulk.run('contacted');
    stop();
    const changed = await withStatus('contacted');
    expect(changed.length).toBeLessThan(20);
    expect(selected()).toEqual(await withStatus('new'));
    expect(view.said()[0]).toContain(`Stopped before every lead was changed. ${changed.length} of 20 were changed`);
  });

  it.each([undefined, 'on 22 November', 'вчера'])(
    'is stored on a row of an older install too, whose updatedAt is %j',
    async (updatedAt) => {
      await insertLeads(api, 21, 22, { ...(updatedAt !== undefined && { updatedAt }) });
      await view.leads.load();
      view.leads.select(numberedIds(22, 21));
      await view.bulk.run('lost');
      expect([await withStatus('lost'), selected()]).toEqual([numberedIds(22, 21), []]);
    },
  );

  it('is refused to a viewer, and everything stays selected', async () => {
    view.close();
    await open(api.viewerKey);
    view.leads.select(numberedIds(6, 1));
    await view.bulk.run('lost');
    expect([await withStatus('lost'), selected()]).toEqual([[], numberedIds(6, 1)]);
    expect(view.said()[0]).toMatch(/ 0 of 6 were changed/);
  });
});
