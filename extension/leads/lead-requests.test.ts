import { afterEach, beforeEach, expect, it } from 'vitest';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { settleFeed } from '../../tests/rig/numbered-leads.ts';
import { lookAtAll } from '../../tests/rig/open-list.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { createLead, type LeadModel } from './lead.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let lead: LeadModel;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5, crm.changes');
  await captureLead(api, { name: 'Bella' });
  const id = await captureLead(api, { name: 'Ann' });
  await settleFeed(api);
  view = await openWorkspace(proxy.url, api.adminKey);
  await Promise.all([view.leads.start(view.signal), view.figures.start(view.signal)]);
  lead = createLead({ ...view, id });
  await lead.start(view.signal);
  await lookAtAll(api, view);
});
afterEach(() => view.close());

/** What a piece of work asks of the API, and what the feed asks when it tells of it; the feed's own look is periodic. */
async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  proxy.requests.length = 0;
  await work();
  await lookAtAll(api, view);
  await view.look();
  return proxy.requests
    .map(({ method, path }) => `${method} ${path.replace(lead.id, ':id').replace(/\?.*/, '')}`)
    .filter((request) => request !== 'GET /changes');
}
const SAVE = ['PATCH /leads/:id', 'GET /leads/:id', 'GET /leads/:id/history'];
const shownInList = () => view.leads.rows.value.find(({ id }) => id === lead.id);

it('a note costs the write, the read that verifies it and the history, and no second read of any of it', async () => {
  lead.writeNote('Wants oak.');
  expect(await requestsOf(lead.saveNote)).toEqual(SAVE);
  expect(lead.stored.value).toMatchObject({ field: 'notes', verified: true });
  expect(shownInList()).toMatchObject({ notes: 'Wants oak.' });
  expect(view.figures.newest.value[0]).toMatchObject({ notes: 'Wants oak.' });
});

it('a status costs one count more, because the figures depend on it', async () => {
  expect(await requestsOf(() => lead.save({ status: 'contacted' }))).toEqual([...SAVE, 'GET /stats']);
  expect(shownInList()).toMatchObject({ status: 'contacted' });
  await eventually(() => expect(view.figures.stats.value).toMatchObject({ newLeads: 1 }));
  expect(lead.history.value?.at(-1)?.fields.status).toEqual({ from: 'new', to: 'contacted' });
});

it('what somebody else changes is read again, even in the row that was just saved', async () => {
  await lead.save({ name: 'Ann Lee' });
  const seen = await requestsOf(() => api.request('PATCH', `/leads/${lead.id}`, { body: { name: 'Theirs' } }));
  expect(seen).toContain('GET /leads/:id');
  expect(seen).toContain('GET /leads');
  expect([lead.lead.value?.name, shownInList()?.name]).toEqual(['Theirs', 'Theirs']);
});

it('a change that was taken back before it was told is read again', async () => {
  const sql = (name: string) =>
    api.sql(`update kv_store_3cbf86a5 set value = value || $2 where key = $1`, [`lead:${lead.id}`, { name }]);
  await requestsOf(() => lead.save({ name: 'Mine' }));
  const seen = await requestsOf(async () => {
    await sql('Theirs');
    await sql('Mine');
  });
  expect(seen).toEqual(expect.arrayContaining(['GET /leads/:id', 'GET /leads/:id/history', 'GET /leads']));
  expect(lead.history.value).toHaveLength(4);
});
