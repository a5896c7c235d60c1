import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lead, LeadPatch } from '../../shared/contract/lead.ts';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { editLead, settleFeed } from '../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import type { Crm } from '../platform/api/crm.ts';
import { createLead, type LeadModel } from './lead.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let id: string;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  id = await captureLead(api, { name: 'Ann', message: 'Hello' });
  view = await openWorkspace(proxy.url, api.adminKey);
});
afterEach(() => view.close());

/** The lead as somebody opens it; `crm` changes how its requests go. */
async function open(crm: Partial<Crm> = {}, lead = id) {
  const model = createLead({ ...view, crm: { ...view.crm, ...crm }, id: lead });
  await model.start(view.signal);
  return model;
}
/** Another admin. */
const patch = (body: LeadPatch) => api.request('PATCH', `/leads/${id}`, { body });
const row = async () =>
  (
    await api.sql<{ value: Record<string, unknown> }>('select value from kv_store_3cbf86a5 where key = $1', [
      `lead:${id}`,
    ])
  )[0]?.value;
const refusal = (code: string) => ({ success: false, error: { code, message: 'Not now.', requestId: 'r1' } });
const follow = async () => {
  await view.leads.start(view.signal);
  await settleFeed(api);
};

describe('an opened lead', () => {
  it('is read with its history', async () => {
    const model = await open();
    expect(model.lead.value).toMatchObject({ id, name: 'Ann', message: 'Hello', status: 'new' });
    expect(model.history.value).toMatchObject([{ operation: 'insert', actor: 'form' }]);
    expect([model.failure.value, model.isGone.value, model.noteText.value]).toEqual([null, false, '']);
  });

  it('shows what others change, in the app and by hand, and who did', async () => {
    const model = await open();
    await follow();
    await patch({ name: 'Anna' });
    await editLead(api, id, { phone: '123' });
    await settleFeed(api);
    await view.look();
    await eventually(() => expect(model.lead.value).toMatchObject({ name: 'Anna', phone: '123' }));
    // The log is a request of its own.
    await eventually(() => expect(model.history.value?.map(({ actor }) => actor)).toEqual(['form', 'key:admin', null]));
  });

  it('says that somebody deleted it', async () => {
    const model = await open();
    await follow();
    await api.request('DELETE', `/leads/${id}`);
    await settleFeed(api);
    await view.look();
    await eventually(() => expect(model.isGone.value).toBe(true));
    expect(await model.save({ status: 'lost' })).toBe(false);
    expect(view.said()[0]).toMatch(/No lead has this id.*Nothing was saved\.$/);
  });

  it('that is no lead any more says so and is not called deleted', async () => {
    await editLead(api, id, { email: null });
    const model = await open();
    expect(model.failure.value).toMatchObject({ code: 'conflict', message: expect.stringContaining('is no lead') });
    expect(model.isGone.value).toBe(false);
  });

  it('that could not be read is read once the API is back', async () => {
    await follow();
    proxy.set('refuse');
    const model = await open();
    expect(model.failure.value).toMatchObject({ kind: 'unreachable' });
    proxy.set('pass');
    await view.look();
    await eventually(() => expect(model.lead.value).toMatchObject({ name: 'Ann' }));
    await eventually(() => expect([model.failure.value, model.historyFailure.value]).toEqual([null, null]));
  });

  it('never shows an older answer over a newer one', async () => {
    const { promise: gate, resolve: release } = Promise.withResolvers<void>();
    let isHeld = false;
    const model = await open({
      async getLead(...request) {
        const isLate = isHeld;
        isHeld = false;
        const answer = await view.crm.getLead(...request);
        if (isLate) await gate;
        return answer;
      },
    });
    isHeld = true;
    const late = model.read();
    await patch({ name: 'Anna' });
    await model.read();
    release();
    await late;
    expect(model.lead.value).toMatchObject({ name: 'Anna' });
  });
});

describe('a change', () => {
  it('is stored, read once more and compared', async () => {
    const model = await open();
    expect(await model.save({ status: 'contacted' })).toBe(true);
    expect(model.stored.value).toMatchObject({ field: 'status', at: expect.any(Number), verified: true });
    expect(model.lead.value).toEqual(await row());
    expect(model.lead.value).toMatchObject({ status: 'contacted' });
    expect(model.history.value?.at(-1)).toMatchObject({ actor: 'key:admin', fields: { status: { to: 'contacted' } } });
  });

  it('is called verified only while the value that was compared is shown', async () => {
    const model = await open();
    await model.save({ status: 'contacted' });
    await patch({ name: 'Anna' });
    await model.read();
    expect(model.stored.value).toMatchObject({ verified: true });
    await patch({ status: 'lost' });
    await model.read();
    expect([model.lead.value?.status, model.stored.value]).toEqual(['lost', null]);
  });

  it('is not called verified when the row says something else by then', async () => {
    let isSaving = false;
    const model = await open({
      async getLead(...request) {
        if (isSaving) await patch({ status: 'lost' });
        return view.crm.getLead(...request);
      },
    });
    isSaving = true;
    await model.save({ status: 'contacted' });
    expect(model.stored.value).toMatchObject({ verified: false });
    expect(model.lead.value).toMatchObject({ status: 'lost' });
  });

  it('that was stored is not said to have failed when it cannot be read again', async () => {
    const model = await open();
    proxy.set({ status: 429, json: refusal('rate_limited') }, ({ method }) => method === 'GET');
    expect(await model.save({ name: 'Anna' })).toBe(true);
    expect(await row()).toMatchObject({ name: 'Anna' });
    expect(model.lead.value).toMatchObject({ name: 'Anna' });
    expect([model.stored.value, model.historyFailure.value?.code]).toEqual([null, 'rate_limited']);
    expect(view.said()).toEqual(['Saved, but it could not be read again to compare: Not now.']);
  });

  it('by somebody else while this one is saved is shown afterwards', async () => {
    const { promise: gate, resolve: release } = Promise.withResolvers<void>();
    let isSaving = false;
    const model = await open({
      async leadHistory(...request) {
        if (isSaving) await gate;
        return view.crm.leadHistory(...request);
      },
    });
    await follow();
    isSaving = true;
    const saved = model.save({ status: 'contacted' });
    await eventually(() => expect(model.stored.value).not.toBeNull());
    isSaving = false;
    await patch({ phone: '123' });
    await settleFeed(api);
    await view.look();
    release();
    await saved;
    await eventually(() => expect(model.lead.value).toMatchObject({ status: 'contacted', phone: '123' }));
  });

  it('is refused to a viewer, with the reason', async () => {
    view = await openWorkspace(proxy.url, api.viewerKey);
    const model = await open();
    expect(await model.save({ status: 'lost' })).toBe(false);
    expect(view.said()[0]).toMatch(/^Saving failed: .*admin.* Nothing was saved\.$/);
    expect(view.signedOut).toEqual([]);
    expect(await row()).toMatchObject({ status: 'new' });
  });
});

/** What the question shows. */
function seen({ lead }: LeadModel): Lead {
  if (!lead.value) throw new Error('The lead is not there yet.');
  return lead.value;
}

describe('deleting', () => {
  it('erases the row', async () => {
    const model = await open();
    expect(await model.remove(seen(model))).toBe(true);
    expect([await row(), view.said()]).toEqual([undefined, ['The lead is erased from the table.']]);
  });

  it('is refused when somebody changed the lead meanwhile, whom the view then shows', async () => {
    const model = await open();
    await patch({ notes: 'They called back!' });
    expect(await model.remove(seen(model))).toBe(false);
    expect(view.said()[0]).toMatch(/^Deleting failed: Someone else changed this lead/);
    expect(model.lead.value).toMatchObject({ notes: 'They called back!' });
    expect(await model.remove(seen(model))).toBe(true);
  });
});
