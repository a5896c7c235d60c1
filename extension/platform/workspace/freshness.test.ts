import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { saveCredential } from '../connection/credentials.ts';
import { createFreshness, type Freshness, isOfRecord } from './freshness.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let freshness: Freshness;
let cursor: string;
beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultyProxy(api.url);
});
afterAll(async () => {
  await proxy.close();
  await api.close();
});
beforeEach(async () => {
  proxy.set('pass');
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
  cursor = (await view.live.watch(() => view.crm.listLeads({}))).changesCursor;
  view.live.follow(cursor);
  freshness = createFreshness(isOfRecord);
  freshness.follow(view, view.signal);
  freshness.mark(null);
});

it('stays of now while nothing happens, and is of nothing before there is a result', async () => {
  await view.look();
  await view.look();
  expect(freshness.isPast.value).toBe(false);
  freshness.clear();
  await captureLead(api);
  await settleFeed(api);
  await view.look();
  expect([freshness.at.value, freshness.isPast.value]).toEqual([null, false]);
});

it('is past once the feed tells of a change, unless the result knows of it, until the next result', async () => {
  await captureLead(api);
  await settleFeed(api);
  freshness.mark((await view.crm.listLeads({})).changesCursor);
  await view.look();
  expect(freshness.isPast.value).toBe(false);
  await captureLead(api);
  await settleFeed(api);
  await view.look();
  expect(freshness.isPast.value).toBe(true);
  freshness.mark(null);
  expect(freshness.isPast.value).toBe(false);
});

it('is not concerned by the row that Test Connection writes', async () => {
  const written = await api.request('POST', '/diagnostics/canary', { body: { nonce: crypto.randomUUID() } });
  expect(written.status).toBe(200);
  await settleFeed(api);
  await view.look();
  expect(freshness.isPast.value).toBe(false);
});

it('is past when the backend goes, and of a result made meanwhile when it comes back', async () => {
  proxy.set('refuse');
  await view.look().catch(() => undefined);
  expect(freshness.isPast.value).toBe(true);
  freshness.mark(null);
  proxy.set('pass');
  await view.look();
  expect(freshness.isPast.value).toBe(true);
});

it('is past when another sign-in is used or another role is had', async () => {
  await saveCredential(view.connectionId, { kind: 'key', key: api.viewerKey }, false);
  await eventually(() => expect(freshness.isPast.value).toBe(true));
  view.session.value = await view.crm.session();
  freshness.mark(null);
  view.session.value = { ...view.session.value, role: 'admin' };
  expect(freshness.isPast.value).toBe(true);
});

it('a session that is only renewed is the same sign-in', async () => {
  const session = { kind: 'session', accessToken: 'a', refreshToken: 'b', expiresAt: 1 } as const;
  await saveCredential(view.connectionId, session, false);
  await eventually(() => expect(freshness.isPast.value).toBe(true));
  freshness.mark(null);
  await saveCredential(view.connectionId, { ...session, accessToken: 'c' }, false);
  expect(freshness.isPast.value).toBe(false);
});
