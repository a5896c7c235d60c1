import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdSubmission } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { createHeld, type Held } from './held-submissions.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let held: Held;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5, crm.held_submissions');
  view = await openWorkspace(proxy.url, api.adminKey);
  held = createHeld(view);
});
afterEach(() => view.close());

const ids = () => held.held.value?.map(({ id }) => id);
const leads = async () => (await view.crm.listLeads({})).leads;

describe('held submissions', () => {
  it('are listed newest first, with what was typed and why they wait', async () => {
    const [first, second] = [await holdSubmission(api, { name: 'Siti' }), await holdSubmission(api)];
    await held.load();
    expect([ids(), held.total.value]).toEqual([[second, first], 2]);
    expect(held.held.value?.[1]).toMatchObject({ reasons: ['decoy_filled'], submission: { name: 'Siti' } });
  });

  it('are read page by page to the last', async () => {
    for (let i = 0; i < 55; i++) await holdSubmission(api);
    await held.load();
    expect(held.total.value).toBe(55);
    while (held.nextCursor.value) await held.loadMore();
    expect(new Set(ids()).size).toBe(55);
    await held.loadMore();
    expect(ids()).toHaveLength(55);
  });

  it('that cannot be read are not shown as none', async () => {
    proxy.set('refuse');
    await held.load();
    expect([held.held.value, held.failure.value?.kind]).toEqual([null, 'unreachable']);
    proxy.set('pass');
    await held.load();
    expect([held.held.value, held.failure.value]).toEqual([[], null]);
  });

  it('become leads when they are released', async () => {
    const [first, second] = [await holdSubmission(api, { name: 'Siti' }), await holdSubmission(api)];
    await held.load();
    await held.release(first);
    expect([ids(), held.total.value, held.busy.value]).toEqual([[second], 1, null]);
    expect(await leads()).toMatchObject([{ name: 'Siti' }]);
    expect(view.said()).toEqual(['Released: it is a lead now.']);
  });

  it('are gone when they are deleted, and no lead', async () => {
    const id = await holdSubmission(api);
    await held.load();
    await held.remove(id);
    expect([ids(), await leads()]).toEqual([[], []]);
    expect(view.said()).toEqual(['The submission is deleted.']);
  });

  it('that somebody else decided on already are said to be, and shown no more', async () => {
    const id = await holdSubmission(api);
    await held.load();
    await api.request('DELETE', `/held/${id}`);
    await held.release(id);
    expect(view.said()[0]).toMatch(/^Releasing failed: .* Nothing was saved\.$/);
    expect([ids(), await leads()]).toEqual([[], []]);
  });

  it('are decided on one at a time', async () => {
    const [first, second] = [await holdSubmission(api), await holdSubmission(api)];
    await held.load();
    await Promise.all([held.release(first), held.remove(second)]);
    expect(ids()).toEqual([second]);
  });
});

it('a viewer sees them and may not decide', async () => {
  const id = await holdSubmission(api);
  view.close();
  view = await openWorkspace(proxy.url, api.viewerKey);
  held = createHeld(view);
  await held.load();
  await held.release(id);
  expect(ids()).toEqual([id]);
  expect(view.said()[0]).toMatch(/^Releasing failed: .*admin/);
});
