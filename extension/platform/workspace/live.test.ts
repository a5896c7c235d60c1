import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change } from '../../../shared/contract/changes.ts';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { insertLeads, settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { lookAtAll } from '../../../tests/rig/open-list.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let told: string[];
let resets: boolean[];
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  view = await openWorkspace(proxy.url, api.adminKey);
  told = [];
  resets = [];
  view.live.subscribe(
    (changes) => told.push(...changes.map(textOf)),
    (isAnew) => resets.push(isAnew),
    view.signal,
  );
});
afterEach(() => {
  view.close();
  vi.unstubAllGlobals();
});

const textOf = ({ operation, key }: Change) => `${operation} ${key}`;
const state = () => view.live.backend.value;
/** Follows the feed from now on. */
async function follow() {
  await settleFeed(api);
  view.live.follow((await view.crm.listLeads({ limit: 1 })).changesCursor);
  proxy.requests.length = 0;
}
const look = () => lookAtAll(api, view);

describe('the feed', () => {
  it('is not asked before something was read that it continues', async () => {
    proxy.requests.length = 0;
    await view.look();
    expect(proxy.requests).toEqual([]);
  });

  it('tells each change once, in order', async () => {
    await follow();
    const [first, second] = [await captureLead(api), await captureLead(api)];
    await look();
    await api.request('DELETE', `/leads/${first}`);
    await look();
    await look();
    expect(told).toEqual([`insert lead:${first}`, `insert lead:${second}`, `delete lead:${first}`]);
  });

  it('tells more than a page of changes in one look', async () => {
    await follow();
    await insertLeads(api, 1, 450);
    await look();
    expect(new Set(told).size).toBe(450);
  });

  it('goes on from the oldest of what was read, so that nothing falls between two replies', async () => {
    await follow();
    const id = await captureLead(api);
    await settleFeed(api);
    view.live.follow((await view.crm.listLeads({ limit: 1 })).changesCursor);
    await look();
    expect(told).toEqual([`insert lead:${id}`]);
  });

  it('tells again what a listener failed at', async () => {
    await follow();
    const got: string[][] = [];
    const isBad = () => got.length === 1;
    view.live.subscribe(
      async (changes) => {
        got.push(changes.map(textOf));
        if (isBad()) throw new Error('The rows could not be read.');
      },
      () => undefined,
      view.signal,
    );
    const id = await captureLead(api);
    await expect(look()).rejects.toThrow('could not be read');
    await look();
    await look();
    expect(got).toEqual([[`insert lead:${id}`], [`insert lead:${id}`]]);
  });

  it('tells each change once to all others, and is not heard to its end, where one listener fails', async () => {
    await follow();
    const before = view.live.heardUpTo();
    let isBroken = true;
    view.live.subscribe(
      () => {
        if (isBroken) throw new Error('The rows could not be read.');
      },
      () => undefined,
      view.signal,
    );
    const first = await captureLead(api);
    await expect(look()).rejects.toThrow('could not be read');
    const second = await captureLead(api);
    await expect(look()).rejects.toThrow('could not be read');
    expect(told).toEqual([`insert lead:${first}`, `insert lead:${second}`]);
    expect(view.live.heardUpTo()).toBe(before);
    isBroken = false;
    await look();
    expect(view.live.heardUpTo()).not.toBe(before);
  });

  it('of a backend whose cursor never moves is asked once a look', async () => {
    await follow();
    const after = view.live.heardUpTo();
    proxy.set({ rewrite: (body) => ({ ...body, nextCursor: after, more: true }) }, ({ path }) =>
      path.startsWith('/changes'),
    );
    await captureLead(api);
    proxy.requests.length = 0;
    await look();
    expect(proxy.requests.filter(({ path }) => path.startsWith('/changes'))).toHaveLength(1);
    proxy.set('pass');
  });

  it('tells nobody who has left', async () => {
    await follow();
    view.close();
    await captureLead(api);
    await settleFeed(api);
    await view.live.poll(new AbortController().signal);
    expect(told).toEqual([]);
  });
});

describe('after an outage', () => {
  it('what happened meanwhile is told, and what failed to load is read again', async () => {
    await follow();
    proxy.set('refuse');
    await expect(view.look()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(view.look()).rejects.toMatchObject({ kind: 'unreachable' });
    const id = await captureLead(api);
    expect(resets).toEqual([]);
    proxy.set('pass');
    await look();
    expect([told, resets, state().state]).toEqual([[`insert lead:${id}`], [false], 'connected']);
    await look();
    expect(resets).toEqual([false]);
  });

  it('before anything was read, all of it is', async () => {
    proxy.set('refuse');
    await view.live.watch(() => view.crm.session()).catch(() => undefined);
    await view.look();
    expect(resets).toEqual([true]);
  });
});

it('a database that was restored, and knows another past, is read anew and followed from there', async () => {
  view.live.follow('999999999999.1');
  await view.look();
  expect([resets, told]).toEqual([[true], []]);
  await follow();
  const id = await captureLead(api);
  await look();
  expect([told, resets]).toEqual([[`insert lead:${id}`], [true]]);
});

it('an open page looks when it is shown again and when the user asks, and stops when it is closed', async () => {
  await follow();
  // Stands in for a page in the background, which by itself would look in half a minute.
  const page = Object.assign(new EventTarget(), { hidden: true });
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', () => undefined);
  const ended = view.live.start(view.signal);
  const first = await captureLead(api);
  await settleFeed(api);
  page.dispatchEvent(new Event('visibilitychange'));
  await eventually(() => expect(told).toEqual([`insert lead:${first}`]));
  const second = await captureLead(api);
  await settleFeed(api);
  await eventually(() => {
    view.live.retry();
    expect(told.at(-1)).toBe(`insert lead:${second}`);
  });
  view.close();
  expect(await ended).toBeUndefined();
});
