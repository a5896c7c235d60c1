import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { insertLeads, settleFeed } from '../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
  view = await openWorkspace(proxy.url, api.adminKey);
});
afterEach(() => view.close());

const start = () => view.figures.start(view.signal);
const rows = async () =>
  Number(
    (await api.sql<{ count: string }>(`select count(*) from kv_store_3cbf86a5 where key like 'lead:%'`))[0]?.count,
  );
const actOnToast = () => view.toasts.toasts.value.at(-1)?.action?.onAction();

describe('the figures', () => {
  it('are those of Postgres, nothing stored among them', async () => {
    await start();
    expect(view.figures.stats.value).toMatchObject({ totalLeads: 0, newLeads: 0, conversionRate: 0 });
    await insertLeads(api, 1, 3);
    await insertLeads(api, 4, 4, { status: 'converted', source: 'chatbot' });
    await view.figures.recount();
    expect(view.figures.stats.value).toMatchObject({
      totalLeads: 4,
      newLeads: 3,
      convertedLeads: 1,
      conversionRate: 25,
      leadsBySource: { chatbot: 1 },
    });
  });

  it('follow every change while they are shown', async () => {
    await start();
    await settleFeed(api);
    await captureLead(api);
    await settleFeed(api);
    await view.look();
    await eventually(() => expect(view.figures.stats.value?.totalLeads).toBe(1));
  });

  it('are counted once more, not ten times more, after changes that come during a count', async () => {
    await start();
    proxy.requests.length = 0;
    await Promise.all(Array.from({ length: 10 }, () => view.figures.recount()));
    await insertLeads(api, 1, 2);
    await eventually(() => expect(view.figures.stats.value?.totalLeads).toBe(2));
    expect(proxy.requests.filter(({ path }) => path.startsWith('/stats'))).toHaveLength(2);
  });

  it('are of as many days as were chosen, counted as the reader counts days', async () => {
    await start();
    await view.figures.showDays(90);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    expect(view.figures.stats.value?.series).toMatchObject({ timeZone, days: 90 });
    expect(view.figures.stats.value?.series.leads).toHaveLength(90);
  });

  it('that cannot be read are not made up, and are read when the API is back', async () => {
    proxy.set('refuse');
    await start();
    expect([view.figures.stats.value, view.figures.failure.value?.kind]).toEqual([null, 'unreachable']);
    expect(view.live.backend.value).toMatchObject({ state: 'offline' });
    proxy.set('pass');
    await view.look();
    // Figures and newest leads are two questions, and either may be answered first.
    await eventually(() => {
      expect(view.figures.stats.value).toMatchObject({ totalLeads: 0 });
      expect(view.figures.failure.value).toBeNull();
    });
  });

  it('of a browser that does not know its time zone are counted by the days of UTC', async () => {
    const { resolvedOptions } = Intl.DateTimeFormat.prototype;
    vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockImplementation(function (this: Intl.DateTimeFormat) {
      return { ...resolvedOptions.call(this), timeZone: 'Etc/Unknown' };
    });
    await start();
    expect(view.figures.stats.value?.series.timeZone).toBe('UTC');
    vi.restoreAllMocks();
  });
});

describe('the demo data', () => {
  it('is added once: pressing twice adds nothing and says so', async () => {
    await captureLead(api);
    await start();
    await view.seed.add();
    expect(view.said()).toEqual(['Added 6 demo leads, 3 users and 3 orders to Postgres.']);
    expect([await rows(), view.figures.stats.value?.totalLeads]).toEqual([7, 7]);
    await view.seed.add();
    expect(view.said()[0]).toBe('The demo data is already there: nothing was added.');
    expect(await rows()).toBe(7);
  });

  it('is taken away from where it was added, and nothing else is', async () => {
    await captureLead(api);
    await start();
    await view.seed.add();
    actOnToast();
    await eventually(() =>
      expect(view.said()).toEqual(['Removed 6 demo leads, 3 users and 3 orders. Nothing else was touched.']),
    );
    await eventually(() => expect(view.seed.running.value).toBeNull());
    expect(await rows()).toBe(1);
    await view.seed.remove();
    expect(view.said()[0]).toBe('There is no demo data to remove.');
  });

  it('is asked for once, however often the button is pressed', async () => {
    await start();
    proxy.requests.length = 0;
    await Promise.all([view.seed.add(), view.seed.add(), view.seed.remove()]);
    expect(proxy.requests.filter(({ method }) => method !== 'GET')).toHaveLength(1);
    expect([await rows(), view.seed.running.value]).toEqual([6, null]);
  });

  it('that could not be added is offered once more', async () => {
    await start();
    proxy.set('refuse');
    await view.seed.add();
    expect(view.said()[0]).toMatch(/^Adding the demo data failed: Nobody answers.* It is not known/);
    proxy.set('pass');
    actOnToast();
    await eventually(async () => expect(await rows()).toBe(6));
  });

  it('is not for viewers, who are told so', async () => {
    view.close();
    view = await openWorkspace(proxy.url, api.viewerKey);
    await start();
    await view.seed.add();
    expect(view.said()[0]).toMatch(/^Adding the demo data failed: .* Nothing was saved\.$/);
    expect(await rows()).toBe(0);
  });
});
