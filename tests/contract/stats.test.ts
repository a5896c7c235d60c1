import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../api/database/database.ts';
import { changesReply } from '../../shared/contract/changes.ts';
import { leadsReply } from '../../shared/contract/lead.ts';
import { statsReply } from '../../shared/contract/stats.ts';
import { startApi, type TestApi, VIEWER_KEY } from '../rig/api.ts';
import { openTestDriver } from '../rig/test-driver.ts';
import { appWith } from './app-with.ts';
import { captureLead, holdSubmission } from './operations.ts';
import { expectRefusal } from './refusals.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const stats = async (query = '') =>
  statsReply.parse(await (await api.request('GET', `/stats?${query}`, { key: VIEWER_KEY })).json());

describe('the figures', () => {
  it('count leads by status, source and day, and what is held', async () => {
    const ids = [await captureLead(api, { source: 'chatbot' }), await captureLead(api), await captureLead(api)];
    await holdSubmission(api);
    await api.request('PATCH', `/leads/${ids[0]}`, { body: { status: 'converted' } });
    const found = await stats();
    expect(found).toMatchObject({
      totalLeads: 3,
      newLeads: 2,
      qualifiedLeads: 0,
      convertedLeads: 1,
      conversionRate: 33.3,
      leadsByStatus: { new: 2, converted: 1, other: 0 },
      leadsBySource: { chatbot: 1, 'website-form': 2, other: 0 },
      heldSubmissions: 1,
      series: { timeZone: 'UTC', days: 30 },
    });
    expect(found.series.leads).toHaveLength(30);
    expect(found.series.leads.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });

  it.each([
    ['days=90&timeZone=Asia/Kuala_Lumpur', 90],
    ['days=365&timeZone=America/Argentina/Buenos_Aires', 365],
    ['timeZone=Etc/GMT%2B8', 30],
  ])('come for ?%s', async (query, days) => {
    const { series } = await stats(query);
    expect(series.leads).toHaveLength(days);
    expect(series.timeZone).toBe(new URLSearchParams(query).get('timeZone'));
  });

  it('come for a zone of which this Postgres knows the later name alone', async () => {
    const real = await openTestDriver(api.database.url);
    // In place of a Postgres on Debian 13 without its package tzdata-legacy.
    const withoutLegacy: Database = {
      ...real,
      call: (name, payload) => {
        const isLegacy = z.looseObject({ timeZone: z.literal('Asia/Calcutta') }).safeParse(payload);
        return real.call(name, isLegacy.success ? { days: 30, timeZone: 'Nowhere/AtAll' } : payload);
      },
    };
    const { app } = appWith(withoutLegacy);
    const ask = (timeZone: string) =>
      app.request(`/stats?timeZone=${timeZone}`, { headers: { Authorization: `Bearer ${VIEWER_KEY}` } });
    const [first, later] = await Promise.all(['Asia/Calcutta', 'Asia/Kolkata'].map(ask));
    await real.close();
    expect([first?.status, later?.status]).toEqual([200, 200]);
    const { series } = statsReply.parse(await first?.json());
    expect(series).toEqual({ ...statsReply.parse(await later?.json()).series, timeZone: 'Asia/Calcutta' });
  });

  it.each([
    ['days', '31'],
    ['days', ''],
    ['timeZone', 'Mars/Olympus'],
    ['timeZone', '+08:00'],
    ['timeZone', ''],
    ['timeZone', "UTC'--"],
    ['timeZone', '../etc/passwd'],
    ['timeZone', 'x'.repeat(1000)],
  ])('are refused for %s "%s"', async (name, value) => {
    const reply = await api.request('GET', `/stats?${new URLSearchParams({ [name]: value })}`);
    await expectRefusal(reply, 400, name);
  });
});

describe('changesCursor', () => {
  it('of the list and of the figures leads to what came after them', async () => {
    const list = leadsReply.parse(await (await api.request('GET', '/leads')).json());
    const figures = await stats();
    const id = await captureLead(api);
    for (const cursor of [list.changesCursor, figures.changesCursor]) {
      const changes = async () =>
        changesReply.parse(await (await api.request('GET', `/changes?after=${cursor}`)).json()).changes;
      await expect.poll(async () => (await changes()).map(({ key }) => key)).toContain(`lead:${id}`);
    }
  });
});
