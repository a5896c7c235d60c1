import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { createLead, type LeadModel } from '../../leads/lead.ts';
import { createLeadProof } from './lead-proof.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let lead: LeadModel;
let proof: ReturnType<typeof createLeadProof>;
beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultyProxy(api.url);
  view = await openWorkspace(proxy.url, api.adminKey);
});
afterAll(async () => {
  view.close();
  await proxy.close();
  await api.close();
});
beforeEach(async () => {
  proxy.set('pass');
  lead = createLead({ ...view, id: await captureLead(api, { submissionId: crypto.randomUUID() }) });
  await lead.start(view.signal);
  proof = createLeadProof({ api: view.api, id: lead.id, shown: () => lead.lead.value, read: lead.read });
});

it('says that what is shown is what is stored, with the time and the transaction of the last write', async () => {
  await lead.save({ name: 'Ann Lim' });
  await proof.verify(view.signal);
  const [row] = await api.sql<{ digest: string; xid: string }>(
    `select crm.digest(key, value) as digest, (select max(xid::text) from crm.changes where crm.changes.key = kv.key) as xid
     from kv_store_3cbf86a5 as kv where key = $1`,
    [`lead:${lead.id}`],
  );
  expect(proof.verdict.value).toMatchObject({
    outcome: 'changed',
    isAcknowledged: true,
    title: 'Verified, as it was acknowledged',
    differing: [],
    digest: row?.digest,
    transactionId: row?.xid,
    writtenAt: expect.stringMatching(/Z$/),
  });
});

it('reads again what somebody else has changed meanwhile, and agrees', async () => {
  await api.request('PATCH', `/leads/${lead.id}`, { body: { name: 'Of somebody else' } });
  await proof.verify(view.signal);
  expect(proof.verdict.value).toMatchObject({ isAcknowledged: true, differing: [] });
  expect(lead.lead.value?.name).toBe('Of somebody else');
});

it('names the fields that the screen shows otherwise than they are stored', async () => {
  proxy.set(
    {
      rewrite: ({ lead: { email, ...rest }, ...body }) => ({
        ...body,
        lead: { ...rest, email: 'eve@example.com', vip: true },
      }),
    },
    ({ path }) => path === `/leads/${lead.id}`,
  );
  await lead.read();
  await proof.verify(view.signal);
  expect(proof.verdict.value?.differing).toEqual(['email', 'vip']);
});

it('says that a lead was deleted, and that nothing was compared when nobody answers', async () => {
  await api.request('DELETE', `/leads/${lead.id}`);
  await proof.verify(view.signal);
  expect(proof.verdict.value).toMatchObject({ outcome: 'deleted', differing: [] });
  proxy.set('refuse');
  await proof.verify(view.signal);
  expect(proof.verdict.value).toMatchObject({ outcome: 'failed', digest: null });
});

it('finds a lead that was changed past the change log, though screen and row agree', async () => {
  await api.sql(`do $$ begin set local session_replication_role = replica;
    update kv_store_3cbf86a5 set value = value || '{"name": "Eve"}' where key = 'lead:${lead.id}'; end $$`);
  await lead.read();
  await proof.verify(view.signal);
  expect(proof.verdict.value).toMatchObject({
    ...{ outcome: 'changed past the log', tone: 'danger', isAcknowledged: false, differing: [] },
  });
});

it('claims nothing of a lead whose receipt nobody has kept', async () => {
  const id = await captureLead(api);
  const other = createLead({ ...view, id });
  await other.start(view.signal);
  const unkept = createLeadProof({ api: view.api, id, shown: () => other.lead.value, read: other.read });
  await unkept.verify(view.signal);
  expect(unkept.verdict.value).toMatchObject({ outcome: 'stored', tone: 'info', isAcknowledged: false });
});

it('ends with the view, and tells nothing', async () => {
  proxy.set({ slow: 60_000 });
  const end = new AbortController();
  const running = proof.verify(end.signal);
  end.abort();
  await running;
  expect(proof.verdict.value).toBeNull();
});
