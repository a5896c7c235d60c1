import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { forgetCredential, saveCredential } from '../connection/credentials.ts';
import { checkBackend } from './backend-watch.ts';
import { showBadge } from './badge.ts';
import { notifies } from './notifications.ts';
import { activeConnection, connections, notifyOfLeads, reportAsked, watch } from './storage.ts';

const PERSON = { email: 'siti@example.com', name: 'Siti Rahman', phone: '+60 12-555 0199' };

let api: TestApi;
let proxy: FaultyProxy;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  fakeBrowser.reset();
  proxy.requests.length = 0;
  await api.sql('truncate kv_store_3cbf86a5');
  await connections.setValue([{ id: 'c1', name: 'Studio', url: proxy.url }]);
  await activeConnection.setValue('c1');
  await saveCredential('c1', { kind: 'key', key: api.adminKey }, false);
});
afterEach(() => vi.restoreAllMocks());

const badge = async () => ({
  text: await fakeBrowser.action.getBadgeText({}),
  title: await fakeBrowser.action.getTitle({}),
  color: await fakeBrowser.action.getBadgeBackgroundColor({}),
});
const text = async () => (await badge()).text;
const counts = () => proxy.requests.filter(({ path }) => path.startsWith('/leads?')).length;
const insert = (key: string, value: object) =>
  api.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [key, JSON.stringify(value)]);

/** Looks until the feed has told: other transactions on the server may hold it back for a moment. */
const lookUntil = (shown: string) =>
  eventually(async () => {
    await checkBackend();
    expect(await text()).toBe(shown);
  });

/** Stands in for a user who allowed notifications. */
async function allowNotifications() {
  vi.spyOn(fakeBrowser.permissions, 'contains').mockImplementation(async () => true);
  await notifyOfLeads.setValue(true);
  return () => Object.values(fakeBrowser.notifications.getAllCreateOptions());
}

describe('the toolbar', () => {
  it('says nothing while nothing is connected', async () => {
    await activeConnection.setValue(null);
    await checkBackend();
    expect(await badge()).toMatchObject({ text: '', title: 'Vision Studio CRM: not connected' });
    expect(proxy.requests).toEqual([]);
  });

  it('counts the new leads, and no others', async () => {
    await captureLead(api, PERSON);
    // A row past the API is a drift, which is a matter of its own.
    await reportAsked('c1').setValue(Date.now());
    await insert('lead:lead_1_a', { id: 'lead_1_a', email: 'a@b.co', status: 'lost' });
    await checkBackend();
    expect(await badge()).toMatchObject({ text: '1', title: 'Vision Studio CRM: 1 new lead' });
    const id = await captureLead(api, PERSON);
    await lookUntil('2');
    await api.request('PATCH', `/leads/${id}`, { body: { status: 'contacted' } });
    await lookUntil('1');
    await api.sql('truncate kv_store_3cbf86a5');
    await lookUntil('');
    expect(await badge()).toMatchObject({ title: 'Vision Studio CRM: 0 new leads' });
  });

  it('says no more than 999+', async () => {
    await showBadge({ newLeads: 999 });
    expect(await text()).toBe('999');
    await showBadge({ newLeads: 1000 });
    expect(await badge()).toMatchObject({ text: '999+', title: 'Vision Studio CRM: 1000 new leads' });
  });

  it('turns red while the backend is away, and back', async () => {
    await captureLead(api);
    await checkBackend();
    const before = await badge();
    proxy.set('refuse');
    await checkBackend();
    expect(await badge()).toMatchObject({
      text: '!',
      title: expect.stringMatching(/^Backend Offline: Nobody answers/),
    });
    expect((await badge()).color).not.toEqual(before.color);
    // As a paused project, or the sign-in page of a café.
    proxy.set('html');
    await checkBackend();
    expect(await badge()).toMatchObject({ text: '!', title: expect.stringContaining('something else') });
    proxy.set('pass');
    await checkBackend();
    expect(await badge()).toEqual(before);
  });

  it('does not call a backend offline that only asks to wait', async () => {
    await captureLead(api);
    await checkBackend();
    const error = { code: 'rate_limited', message: 'Too many.', requestId: 'r1', retryAfter: 1 };
    proxy.set({ status: 429, json: { success: false, error } });
    await checkBackend();
    expect(await text()).toBe('1');
  });

  it('says nothing once the user is signed out or the key is revoked', async () => {
    await captureLead(api);
    await checkBackend();
    await saveCredential('c1', { kind: 'key', key: 'a-key-of-yesterday' }, false);
    await checkBackend();
    expect(await text()).toBe('');
    await saveCredential('c1', { kind: 'key', key: api.adminKey }, false);
    await checkBackend();
    expect(await text()).toBe('1');
    await forgetCredential('c1');
    await checkBackend();
    expect(await badge()).toMatchObject({ text: '', title: 'Vision Studio CRM: not connected' });
  });
});

describe('the count', () => {
  it('is made anew only when leads have changed', async () => {
    await captureLead(api);
    await settleFeed(api);
    await checkBackend();
    const start = (await watch('c1').getValue())?.cursor;
    await insert('user:user_1_a', { id: 'user_1_a', email: 'user@b.co' });
    await eventually(async () => {
      await checkBackend();
      expect((await watch('c1').getValue())?.cursor).not.toBe(start);
    });
    expect([counts(), await text()]).toEqual([1, '1']);
    await captureLead(api);
    await lookUntil('2');
    expect(counts()).toBe(2);
  });

  it('begins anew at once where the database was restored to an earlier time', async () => {
    await captureLead(api);
    await watch('c1').setValue({ cursor: '999999999999.1', newLeads: 70 });
    await checkBackend();
    expect(await badge()).toMatchObject({ text: '1', title: 'Vision Studio CRM: 1 new lead' });
    expect((await watch('c1').getValue())?.newLeads).toBe(1);
  });

  it('asks once where the cursor of the backend never moves', async () => {
    await checkBackend();
    const before = await watch('c1').getValue();
    proxy.set({ rewrite: (body) => ({ ...body, nextCursor: before?.cursor, more: true }) }, ({ path }) =>
      path.startsWith('/changes'),
    );
    proxy.requests.length = 0;
    await checkBackend();
    expect(proxy.requests.filter(({ path }) => path.startsWith('/changes'))).toHaveLength(1);
  });

  it('goes on where it was after the worker was ended, and keeps no more than it needs for that', async () => {
    await captureLead(api, PERSON);
    await checkBackend();
    expect(await watch('c1').getValue()).toEqual({ cursor: expect.stringMatching(/^\d+\.\d+$/), newLeads: 1 });
    const kept = JSON.stringify([await fakeBrowser.storage.local.get(), await fakeBrowser.storage.session.get()]);
    for (const value of Object.values(PERSON)) expect(kept).not.toContain(value);
  });
});

describe('a notification', () => {
  it('tells of new leads only, names nobody, and comes once though the worker looks twice', async () => {
    const shown = await allowNotifications();
    const old = await captureLead(api, PERSON);
    await settleFeed(api);
    await checkBackend();
    expect(shown()).toEqual([]);
    await captureLead(api, PERSON);
    await captureLead(api, PERSON);
    await api.request('PATCH', `/leads/${old}`, { body: { status: 'lost' } });
    await eventually(async () => {
      await Promise.all([checkBackend(), checkBackend()]);
      expect(await watch('c1').getValue()).toMatchObject({ newLeads: 2 });
    });
    const told = shown().map(({ title }) => title);
    expect(told.join()).toMatch(/^(2 new leads|New lead,New lead)$/);
    expect(shown()[0]?.message).toMatch(/^Studio: open Vision Studio CRM/);
    for (const value of Object.values(PERSON)) expect(JSON.stringify(shown())).not.toContain(value);
  });

  it('does not tell of demo leads, which somebody has just added', async () => {
    const shown = await allowNotifications();
    await checkBackend();
    await api.request('POST', '/seed');
    await lookUntil('2');
    expect(shown()).toEqual([]);
    await captureLead(api);
    await lookUntil('3');
    expect(shown().map(({ title }) => title)).toEqual(['New lead']);
  });

  it('is not shown to who did not ask for it, or took the permission back', async () => {
    const shown = await allowNotifications();
    await notifyOfLeads.setValue(false);
    await checkBackend();
    await captureLead(api);
    await lookUntil('1');
    await notifyOfLeads.setValue(true);
    vi.mocked(fakeBrowser.permissions.contains).mockImplementation(async () => false);
    await captureLead(api);
    await lookUntil('2');
    expect([shown(), await notifies()]).toEqual([[], false]);
  });
});
