import { beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { saveCredential } from '../connection/credentials.ts';
import { checkBackend } from './backend-watch.ts';
import { activeConnection, connections, driftFound, reportAsked } from './storage.ts';

const PERSON = { email: 'siti@example.com', name: 'Siti Rahman', phone: '+60 12-555 0199' };

let api: TestApi;
let proxy: FaultyProxy;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  fakeBrowser.reset();
  proxy.requests.length = 0;
  await api.sql('truncate kv_store_3cbf86a5, crm.changes');
  await connections.setValue([{ id: 'c1', name: 'Studio', url: proxy.url }]);
  await activeConnection.setValue('c1');
  await saveCredential('c1', { kind: 'key', key: api.adminKey }, false);
});

const badge = async () => ({
  text: await fakeBrowser.action.getBadgeText({}),
  title: await fakeBrowser.action.getTitle({}),
  color: await fakeBrowser.action.getBadgeBackgroundColor({}),
});
const text = async () => (await badge()).text;

describe('the data, as the worker sees it,', () => {
  const reports = () =>
    proxy.requests.filter(({ path, method }) => path.startsWith('/sync?') && method === 'GET').length;
  /** As after a quarter of an hour. */
  const makeDue = () => reportAsked('c1').setValue(Date.now() - 15 * 60_000);
  const spoil = () => api.sql(`update kv_store_3cbf86a5 set value = '[]' where key = 'leads:index'`);
  const mend = () => api.request('POST', '/sync/repair');

  it('is looked at every 15 minutes, and the badge is red as long as it has drifted', async () => {
    await captureLead(api, PERSON);
    await checkBackend();
    await checkBackend();
    expect([reports(), await text()]).toEqual([1, '1']);
    const { color } = await badge();
    await spoil();
    await checkBackend();
    expect(await text()).toBe('1');
    await makeDue();
    await checkBackend();
    expect(await badge()).toMatchObject({ text: '!', title: expect.stringMatching(/^Data is not in sync: .+/) });
    expect((await badge()).color).not.toEqual(color);
    expect(await driftFound('c1').getValue()).toMatchObject({ by: 'worker', at: expect.any(Number) });
    await checkBackend();
    expect([reports(), await text()]).toEqual([2, '!']);
    proxy.set('refuse');
    await checkBackend();
    expect(await badge()).toMatchObject({ text: '!', title: expect.stringMatching(/^Backend Offline/) });
    proxy.set('pass');
    await mend();
    await makeDue();
    await checkBackend();
    expect([await text(), await driftFound('c1').getValue()]).toEqual(['1', null]);
    const kept = JSON.stringify(await fakeBrowser.storage.session.get());
    for (const value of Object.values(PERSON)) expect(kept).not.toContain(value);
  });

  it('stays red by what a view has found, which the worker cannot see', async () => {
    await captureLead(api);
    await driftFound('c1').setValue({ summary: 'The screen shows another value.', at: Date.now(), by: 'view' });
    await checkBackend();
    expect(reports()).toBe(1);
    expect(await badge()).toMatchObject({ text: '!', title: 'Data is not in sync: The screen shows another value.' });
    await driftFound('c1').removeValue();
    await checkBackend();
    expect(await text()).toBe('1');
  });

  it('stays red while something in between keeps an older report', async () => {
    await captureLead(api);
    const green = await (await api.request('GET', '/sync?nonce=of-earlier')).json();
    await spoil();
    await makeDue();
    await checkBackend();
    proxy.set({ status: 200, json: green }, ({ path }) => path.startsWith('/sync?'));
    await makeDue();
    await checkBackend();
    expect([await text(), await driftFound('c1').getValue()]).toEqual(['!', expect.objectContaining({ by: 'worker' })]);
  });

  it('is no matter for viewers, who are not asked about it each time', async () => {
    await captureLead(api);
    await saveCredential('c1', { kind: 'key', key: api.viewerKey }, false);
    await spoil();
    await checkBackend();
    await checkBackend();
    expect([reports(), await text()]).toEqual([1, '1']);
  });

  it('is asked for again at once where nobody answered', async () => {
    await captureLead(api);
    proxy.set('html', ({ path }) => path.startsWith('/sync?'));
    await checkBackend();
    expect(await text()).toBe('1');
    proxy.set('pass');
    await spoil();
    await checkBackend();
    expect(await text()).toBe('!');
  });
});
