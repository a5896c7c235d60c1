import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { fakeBrowser, type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { activeConnection, driftFound, watch } from '../platform/browser/storage.ts';
import { checkOf } from '../proof/check/check.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  fakeBrowser.reset();
  await api.sql('truncate kv_store_3cbf86a5, crm.changes');
  // What a started workspace follows of its page.
  const page = Object.assign(new EventTarget(), { hidden: true });
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  view = await openWorkspace(proxy.url, api.adminKey);
  await activeConnection.setValue(view.connectionId);
});
afterEach(async () => {
  view.close();
  vi.unstubAllGlobals();
});

const found = (at: number) => ({ summary: 'The index lies.', at, by: 'worker' }) as const;
const badge = () => fakeBrowser.action.getBadgeText({});

it('red that somebody else has found goes before an older green, and only a newer check takes it back', async () => {
  await captureLead(api);
  const kept = driftFound(view.connectionId);
  await view.start(view.signal);
  const sync = checkOf(view);
  await sync.check();
  const at = view.lastCheck.value?.at ?? 0;
  await kept.setValue(found(Date.now() + 60_000));
  await eventually(() => expect(view.newerDrift.value).toMatchObject({ summary: 'The index lies.' }));
  await sync.checkAnew();
  expect(view.lastCheck.value?.state).toBe('synced');
  expect(view.newerDrift.value).not.toBeNull();
  await kept.setValue(found(at - 1));
  await eventually(() => expect(view.newerDrift.value).toBeNull());
  await sync.checkAnew();
  await eventually(async () => expect(await kept.getValue()).toBeNull());
});

it('the toolbar is not red any more when the drift is gone, though this view has not counted yet', async () => {
  proxy.set({ slow: 60_000 }, ({ path }) => path.startsWith('/stats'));
  await watch(view.connectionId).setValue({ cursor: '1.1', newLeads: 7 });
  const kept = driftFound(view.connectionId);
  await kept.setValue(found(Date.now()));
  void view.start(view.signal).catch(() => undefined);
  await eventually(async () => expect(await badge()).toBe('!'));
  await kept.removeValue();
  await eventually(async () => expect(await badge()).toBe('7'));
});

it('a connection that is closed asks nothing any more, not even for a repair', async () => {
  await view.start(view.signal);
  const { repair } = checkOf(view);
  proxy.set({ slow: 60_000 }, ({ path }) => path.startsWith('/sync/repair'));
  const asked = repair.preview();
  view.close();
  await asked;
  expect(repair.state.value?.stage).toBe('failed');
});
