import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeadPatch } from '../../shared/contract/lead.ts';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { editLead, insertLeads, numberedId } from '../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { draft, formDraft } from '../platform/browser/storage.ts';
import { createLead } from './lead.ts';
import { leadDraft } from './lead-draft.ts';

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

async function open() {
  const model = createLead({ ...view, id });
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

describe('no question is asked about a change', () => {
  it('of other fields by somebody else, which is kept', async () => {
    const model = await open();
    await patch({ phone: '123' });
    expect(await model.save({ status: 'qualified' })).toBe(true);
    expect(await row()).toMatchObject({ phone: '123', status: 'qualified' });
    expect([model.conflict.value, view.said()]).toEqual([null, []]);
  });

  it('that somebody else made too', async () => {
    const model = await open();
    await patch({ status: 'qualified' });
    expect(await model.save({ status: 'qualified' })).toBe(true);
    expect(model.conflict.value).toBeNull();
  });

  it('of one’s own whose answer was lost, when it is tried again', async () => {
    const model = await open();
    proxy.set({ rewrite: () => 'lost' }, ({ method }) => method === 'PATCH');
    expect(await model.save({ name: 'Anna' })).toBe(false);
    expect(view.said()[0]).toMatch(/^Saving failed: .* It is not known whether it was saved/);
    proxy.set('pass');
    view.toasts.toasts.value.at(-1)?.action?.onAction();
    await eventually(() => expect(model.stored.value).toMatchObject({ verified: true }));
    expect([model.conflict.value, view.said()]).toEqual([null, []]);
  });
});

describe('when two change the same field', () => {
  const both = async () => {
    const model = await open();
    await patch({ name: 'Theirs' });
    expect(await model.save({ name: 'Mine' })).toBe(false);
    expect(model.conflict.value).toMatchObject({ patch: { name: 'Mine' }, theirs: { name: 'Theirs' } });
    return model;
  };

  it('the second sees both versions and nothing is overwritten', async () => {
    const model = await both();
    expect(model.lead.value).toMatchObject({ name: 'Theirs' });
    expect([await row(), view.said()]).toEqual([expect.objectContaining({ name: 'Theirs' }), []]);
  });

  it('the second may store their own, knowing the other', async () => {
    const model = await both();
    await model.keepMine();
    expect([model.conflict.value, await row()]).toEqual([null, expect.objectContaining({ name: 'Mine' })]);
  });

  it('their own is not stored over a third version that they have not seen', async () => {
    const model = await both();
    await patch({ name: 'Third' });
    await model.keepMine();
    expect(model.conflict.value).toMatchObject({ patch: { name: 'Mine' }, theirs: { name: 'Third' } });
    expect(await row()).toMatchObject({ name: 'Third' });
  });

  it('the second may leave the other’s', async () => {
    const model = await both();
    await model.keepTheirs();
    expect([model.conflict.value, await row()]).toEqual([null, expect.objectContaining({ name: 'Theirs' })]);
  });

  it.each([undefined, 'on 22 November', 'gestern, früh'])(
    'it is noticed on a row of an older install too, whose updatedAt is %j',
    async (updatedAt) => {
      await api.sql('truncate kv_store_3cbf86a5');
      await insertLeads(api, 1, 1, { name: 'Ann', ...(updatedAt && { updatedAt }) });
      id = numberedId(1);
      const model = await open();
      await editLead(api, id, { name: 'Theirs', phone: '1' });
      expect(await model.save({ name: 'Mine' })).toBe(false);
      expect(model.conflict.value).toMatchObject({ theirs: { name: 'Theirs' } });
      await model.keepTheirs();
      expect(await model.save({ status: 'lost' })).toBe(true);
      expect(await row()).toMatchObject({ name: 'Theirs', phone: '1', status: 'lost' });
    },
  );
});

describe('when two write a note', () => {
  const both = async () => {
    const model = await open();
    model.writeNote('Mine');
    await patch({ notes: 'Theirs' });
    await model.saveNote();
    expect(model.conflict.value).toMatchObject({ patch: { notes: 'Mine' }, theirs: { notes: 'Theirs' } });
    return model;
  };
  const kept = (model: { id: string }) => draft(view.connectionId, model.id).getValue();

  it('what the second wrote stays in the editor and in the draft', async () => {
    const model = await both();
    expect([model.noteText.value, model.hasUnsavedNote.value]).toEqual(['Mine', true]);
    expect([await kept(model), (await row())?.notes]).toEqual([
      expect.objectContaining({ inserted: 'Mine' }),
      'Theirs',
    ]);
  });

  it('the second may store their own', async () => {
    const model = await both();
    await model.keepMine();
    expect([(await row())?.notes, model.hasUnsavedNote.value, await kept(model)]).toEqual(['Mine', false, null]);
  });

  it('what they typed after the question is not lost with the answer', async () => {
    const model = await both();
    model.writeNote('Mine, and more');
    await model.keepMine();
    expect([(await row())?.notes, model.noteText.value]).toEqual(['Mine', 'Mine, and more']);
    await model.saveNote();
    expect([model.conflict.value, (await row())?.notes]).toEqual([null, 'Mine, and more']);
  });

  it('the second may leave the other’s and lets go of their own', async () => {
    const model = await both();
    await model.keepTheirs();
    expect([model.noteText.value, (await row())?.notes, await kept(model)]).toEqual(['Theirs', 'Theirs', null]);
  });

  it('the second may make one of both, and that is stored without another question', async () => {
    const model = await both();
    model.writeNote('Mine, and more');
    model.combineNotes();
    expect([model.conflict.value, model.noteText.value]).toEqual([null, 'Theirs\n\nMine, and more']);
    expect(await kept(model)).toMatchObject({ inserted: '\n\nMine, and more' });
    await model.saveNote();
    expect([model.conflict.value, (await row())?.notes]).toEqual([null, 'Theirs\n\nMine, and more']);
  });

  it('what somebody writes by SQL is no less theirs: it moves no updatedAt, and is not overwritten', async () => {
    const model = await open();
    model.writeNote('Mine');
    await editLead(api, id, { notes: 'By SQL' });
    await model.saveNote();
    expect(model.conflict.value).toMatchObject({ patch: { notes: 'Mine' }, theirs: { notes: 'By SQL' } });
    expect((await row())?.notes).toBe('By SQL');
    await model.keepMine();
    expect([(await row())?.notes, model.conflict.value]).toEqual(['Mine', null]);
  });

  it('a field that somebody else writes by SQL stays, beside the one that is saved', async () => {
    const model = await open();
    model.writeNote('Mine');
    await editLead(api, id, { phone: '123' });
    await model.saveNote();
    expect([model.conflict.value, await row()]).toEqual([
      null,
      expect.objectContaining({ notes: 'Mine', phone: '123' }),
    ]);
  });

  it('what was written in a form is kept until its own conflict is settled, whatever else is', async () => {
    const model = await open();
    const seen = model.lead.value;
    if (!seen) throw new Error('It was read.');
    const form = model.edit(seen);
    await form.start(view.signal);
    form.write({ ...leadDraft(seen), name: 'Anna' });
    const left = () => formDraft(view.connectionId, `${id}:edit`).getValue();
    await eventually(async () => expect(await left()).not.toBeNull());

    await patch({ status: 'lost' });
    await model.save({ status: 'contacted' }, seen);
    await model.keepTheirs();
    expect(await left()).not.toBeNull();

    await editLead(api, id, { name: 'By SQL' });
    expect(await model.saveForm({ name: 'Anna' }, seen)).toBe('conflict');
    expect(await left()).not.toBeNull();
    await model.keepMine();
    await eventually(async () => expect(await left()).toBeNull());
    expect((await row())?.name).toBe('Anna');
  });

  it('the one made of both is not stored over a third', async () => {
    const model = await both();
    model.combineNotes();
    await patch({ notes: 'Third' });
    await model.saveNote();
    expect(model.conflict.value).toMatchObject({ theirs: { notes: 'Third' } });
    expect((await row())?.notes).toBe('Third');
  });
});
