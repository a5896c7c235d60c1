import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLead } from '../../tests/contract/operations.ts';
import { startApi, type TestApi } from '../../tests/rig/api.ts';
import { PUBLISHABLE_KEY, startAuthServer } from '../../tests/rig/auth-server.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { fakeBrowser } from '../../tests/rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { activeConnection, type Connection, connections, draft } from '../platform/browser/storage.ts';
import { readCredential, saveCredential } from '../platform/connection/credentials.ts';
import { refreshSession, signIn } from '../platform/connection/supabase-auth.ts';
import { createApp } from './app.ts';

let api: TestApi;
let other: TestApi;
let proxy: FaultyProxy;
let studio: Connection;
let staging: Connection;
let page: AbortController;
beforeAll(async () => {
  [api, other] = await Promise.all([startApi(), startApi()]);
  proxy = await startFaultyProxy(api.url);
  studio = { id: 'c1', name: 'Studio', url: proxy.url };
  staging = { id: 'c2', name: 'Staging', url: other.url };
});
afterAll(async () => {
  await proxy.close();
  await Promise.all([api.close(), other.close()]);
});
beforeEach(async () => {
  fakeBrowser.reset();
  proxy.set('pass');
  page = new AbortController();
  // Stand in for the page that an app is shown on, and the language of its browser.
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal('addEventListener', () => undefined);
  vi.spyOn(fakeBrowser.i18n, 'getMessage').mockReturnValue('ltr');
  await connections.setValue([studio, staging]);
  await saveCredential('c1', { kind: 'key', key: api.adminKey }, true);
  await saveCredential('c2', { kind: 'key', key: other.adminKey }, true);
  await activeConnection.setValue('c1');
});
afterEach(() => {
  page.abort();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function start() {
  const app = createApp('popup');
  await app.start(page.signal);
  return app;
}
const idsOf = ({ workspace }: ReturnType<typeof createApp>) => workspace.value?.leads.rows.value.map(({ id }) => id);
const unauthorized = { code: 'unauthorized', message: 'This key is not accepted here.', requestId: 'r1' };
const revoke = () => proxy.set({ status: 401, json: { success: false, error: unauthorized } });

describe('the app', () => {
  it('opens the connection of last time, with its leads', async () => {
    const id = await captureLead(api);
    const app = await start();
    expect([app.phase.value, app.workspace.value?.connection.name]).toEqual(['open', 'Studio']);
    await eventually(() => expect(idsOf(app)).toEqual([id]));
    await eventually(() => expect(app.workspace.value?.session.value).toMatchObject({ role: 'admin' }));
    await eventually(async () => expect(await fakeBrowser.action.getBadgeText({})).toBe('1'));
  });

  it('opens a connection once, though both the form and the storage tell of it', async () => {
    const app = await start();
    app.showConnect();
    await activeConnection.setValue(null);
    await Promise.all([activeConnection.setValue('c2'), app.connected(staging)]);
    const opened = app.workspace.value;
    await eventually(() => expect(opened?.session.value).not.toBeNull());
    expect(app.workspace.value).toBe(opened);
  });

  it('asks to connect when nothing is known, or nothing was open', async () => {
    await activeConnection.setValue(null);
    const app = await start();
    expect([app.phase.value, app.reason.value, app.known.value.length]).toEqual(['connect', null, 2]);
    await connections.setValue([]);
    await eventually(() => expect(app.known.value).toEqual([]));
  });

  it('switches to another connection and shows nothing of the one before', async () => {
    await captureLead(api);
    const id = await captureLead(other);
    const app = await start();
    const before = app.workspace.value;
    await app.switchTo('c2');
    expect(app.workspace.value?.connection).toEqual(staging);
    await eventually(() => expect(idsOf(app)).toEqual([id]));
    expect(await activeConnection.getValue()).toBe('c2');
    proxy.requests.length = 0;
    before?.live.retry();
    await app.switchTo('c2');
    await eventually(() => expect(idsOf(app)).toEqual([id]));
    expect(proxy.requests).toEqual([]);
  });

  it('asks to sign in where the browser has forgotten it, and says for what', async () => {
    await fakeBrowser.storage.local.remove('credential:c2');
    await fakeBrowser.storage.session.clear();
    const app = await start();
    await app.switchTo('c2');
    expect([app.phase.value, app.workspace.value]).toEqual(['connect', null]);
    expect(app.reason.value).toContain('signed out of Staging');
  });

  it('renames a connection, here and wherever else it is shown', async () => {
    const [app, panel] = [await start(), await start()];
    await app.rename('c1', 'Live');
    for (const { known } of [app, panel]) {
      await eventually(() => expect(known.value.map(({ name }) => name)).toEqual(['Live', 'Staging']));
    }
  });
});

describe('a revoked key', () => {
  it('leads to the form that connects, with the reason, and loses no note', async () => {
    const app = await start();
    await eventually(() => expect(app.workspace.value?.session.value).not.toBeNull());
    await draft('c1', 'lead_1_a').setValue({ inserted: 'half a note', keptBefore: 0, keptAfter: 0, startedFrom: null });
    revoke();
    await app.workspace.value?.live
      .watch(() => app.workspace.value?.crm.session() ?? Promise.reject())
      .catch(() => undefined);
    await eventually(() => expect([app.phase.value, app.workspace.value]).toEqual(['connect', null]));
    expect(app.reason.value).toBe('Studio: This key is not accepted here.');
    await eventually(async () => expect(await readCredential('c1')).toBeNull());
    expect(await draft('c1', 'lead_1_a').getValue()).toMatchObject({ inserted: 'half a note' });
    expect(app.known.value).toHaveLength(2);
  });

  it('that is heard of late does not end the sign-in that came after it', async () => {
    const app = await start();
    const before = app.workspace.value;
    app.showConnect();
    await app.connected(studio);
    expect(app.workspace.value).not.toBe(before);
    await eventually(() => expect(app.workspace.value?.session.value).not.toBeNull());
    proxy.set({ status: 401, json: { success: false, error: unauthorized } }, ({ method }) => method === 'POST');
    await before?.live.watch(() => before.crm.addSeed()).catch(() => undefined);
    expect([app.phase.value, app.reason.value]).toEqual(['open', null]);
    expect(await readCredential('c1')).not.toBeNull();
  });
});

describe('signing out', () => {
  it('forgets the key everywhere and keeps the connection, its name and the notes', async () => {
    const app = await start();
    await draft('c1', 'lead_1_a').setValue({ inserted: 'half a note', keptBefore: 0, keptAfter: 0, startedFrom: null });
    await app.signOut(studio);
    expect([app.phase.value, app.reason.value, app.workspace.value]).toEqual(['connect', null, null]);
    const kept = JSON.stringify([await fakeBrowser.storage.local.get(), await fakeBrowser.storage.session.get()]);
    expect(kept.split(api.adminKey).length - 1).toBe(2);
    expect(await readCredential('c1')).toBeNull();
    expect(await connections.getValue()).toEqual([studio, staging]);
    expect(await draft('c1', 'lead_1_a').getValue()).not.toBeNull();
  });

  it('of another connection leaves the open one open', async () => {
    const app = await start();
    await app.signOut(staging);
    expect([app.phase.value, app.workspace.value?.connection.id]).toEqual(['open', 'c1']);
  });

  it('ends a session at the project too', async () => {
    const ann = { email: 'ann@studio.example', password: 'correct horse', role: 'admin' };
    const auth = await startAuthServer({ users: [ann] });
    const supabase = { url: auth.url, publishableKey: PUBLISHABLE_KEY };
    const session = await signIn(supabase, ann.email, ann.password);
    await saveCredential('c1', session, true);
    const app = await start();
    await app.signOut({ ...studio, supabase });
    await expect(refreshSession(supabase, session)).rejects.toMatchObject({ kind: 'signed_out' });
    await auth.close();
  });

  it('and removing leaves nothing of the connection', async () => {
    const app = await start();
    await draft('c1', 'lead_1_a').setValue({ inserted: 'half a note', keptBefore: 0, keptAfter: 0, startedFrom: null });
    await app.remove(studio);
    expect([app.phase.value, app.known.value]).toEqual(['connect', [staging]]);
    const keys = Object.keys({
      ...(await fakeBrowser.storage.local.get()),
      ...(await fakeBrowser.storage.session.get()),
    });
    expect(keys.filter((key) => key.includes('c1'))).toEqual([]);
  });
});
