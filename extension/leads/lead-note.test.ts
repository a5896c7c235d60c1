import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../tests/contract/operations.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { insertLeads, numberedId } from '../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import type { Crm } from '../platform/api/crm.ts';
import { versionOf } from '../platform/api/rows.ts';
import { draft } from '../platform/browser/storage.ts';
import { createLead } from './lead.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let id: string;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  id = await captureLead(api, { name: 'Ann' });
  view = await openWorkspace(proxy.url, api.adminKey);
});
afterEach(() => view.close());

/** Opens the lead in a view of its own, as each opening of the popup does; `crm` changes how its requests go. */
async function open(crm: Partial<Crm> = {}) {
  const model = createLead({ ...view, crm: { ...view.crm, ...crm }, id });
  await model.start(view.signal);
  return model;
}
/** Another admin. */
const patch = (body: object) => api.request('PATCH', `/leads/${id}`, { body });
const kept = () => draft(view.connectionId, id).getValue();
const storedNotes = async () => {
  const rows = await api.sql<{ notes: string | null }>(
    `select value ->> 'notes' as notes from kv_store_3cbf86a5 where key = $1`,
    [`lead:${id}`],
  );
  return rows[0]?.notes;
};

describe('a note', () => {
  it('is stored on purpose, without the space around it, and leaves no draft', async () => {
    const model = await open();
    model.writeNote('  Wants oak.\n');
    expect([model.hasUnsavedNote.value, await storedNotes()]).toEqual([true, null]);
    await model.saveNote();
    expect([await storedNotes(), model.noteText.value, model.hasUnsavedNote.value]).toEqual([
      'Wants oak.',
      'Wants oak.',
      false,
    ]);
    expect([await kept(), model.stored.value]).toEqual([
      null,
      expect.objectContaining({ field: 'notes', verified: true }),
    ]);
  });

  it('that is emptied is removed', async () => {
    await patch({ notes: 'Old' });
    const model = await open();
    model.writeNote(' ');
    await model.saveNote();
    expect([await storedNotes(), model.noteText.value]).toEqual([null, '']);
  });

  it('that is dropped leaves what is stored', async () => {
    await patch({ notes: 'Old' });
    const model = await open();
    model.writeNote('New');
    await model.dropNote();
    expect([model.noteText.value, await kept(), await storedNotes()]).toEqual(['Old', null, 'Old']);
  });

  it('stays while another field is saved, and so does the draft', async () => {
    const model = await open();
    model.writeNote('Half a');
    await model.save({ status: 'contacted' });
    expect([model.noteText.value, await kept()]).toEqual(['Half a', expect.objectContaining({ inserted: 'Half a' })]);
    model.writeNote('Half a note');
    await model.saveNote();
    expect([model.conflict.value, await storedNotes()]).toEqual([null, 'Half a note']);
  });

  it('keeps what is typed while it is being stored, and stores that too without a question', async () => {
    let isTyping = true;
    const model = await open({
      async updateLead(...request) {
        const row = await view.crm.updateLead(...request);
        if (isTyping) model.writeNote('First, second');
        isTyping = false;
        return row;
      },
    });
    model.writeNote('First');
    await model.saveNote();
    expect([await storedNotes(), model.noteText.value, model.hasUnsavedNote.value]).toEqual([
      'First',
      'First, second',
      true,
    ]);
    expect(await kept()).toEqual({
      inserted: ', second',
      keptBefore: 5,
      keptAfter: 0,
      startedFrom: model.lead.value && versionOf(model.lead.value),
    });
    await model.saveNote();
    expect([model.conflict.value, await storedNotes(), await kept()]).toEqual([null, 'First, second', null]);
  });

  it('that could not be stored stays, and is let go of once another try stored it', async () => {
    const model = await open();
    model.writeNote('Wants oak.');
    proxy.set('refuse');
    await model.saveNote();
    expect(view.said()[0]).toMatch(/^Saving failed: .* It is not known whether it was saved/);
    expect([model.noteText.value, await kept()]).toEqual([
      'Wants oak.',
      expect.objectContaining({ inserted: 'Wants oak.' }),
    ]);
    proxy.set('pass');
    view.toasts.toasts.value.at(-1)?.action?.onAction();
    await eventually(async () => expect(await kept()).toBeNull());
    expect([await storedNotes(), model.hasUnsavedNote.value]).toEqual(['Wants oak.', false]);
  });
});

describe('a half-written note', () => {
  /** Writes and closes the popup before anything is stored. */
  async function writeAndClose(text: string) {
    const model = await open();
    model.writeNote(text);
    await eventually(async () => expect(await kept()).toMatchObject({ inserted: text }));
  }

  it('is there again when the popup is opened again, and can be stored', async () => {
    await writeAndClose('Half a note');
    const model = await open();
    expect([model.noteText.value, model.hasUnsavedNote.value]).toEqual(['Half a note', true]);
    await model.saveNote();
    expect([await storedNotes(), await kept()]).toEqual(['Half a note', null]);
  });

  it('is kept as typed text and the digest of what the user saw, and nothing of the lead', async () => {
    await writeAndClose('Half a note');
    const [row] = await api.sql<{ digest: string }>(
      'select crm.digest(key, value) as digest from kv_store_3cbf86a5 where key = $1',
      [`lead:${id}`],
    );
    expect(await kept()).toEqual({ inserted: 'Half a note', keptBefore: 0, keptAfter: 0, startedFrom: row?.digest });
  });

  it('meets the note that somebody else stored meanwhile as a conflict, not over it', async () => {
    await writeAndClose('Mine');
    await patch({ notes: 'Theirs' });
    const model = await open();
    expect(model.noteText.value).toBe('Mine');
    await model.saveNote();
    expect(model.conflict.value).toMatchObject({ patch: { notes: 'Mine' }, theirs: { notes: 'Theirs' } });
    expect(await storedNotes()).toBe('Theirs');
  });

  it('on a lead of an older install, without updatedAt, meets it too', async () => {
    await insertLeads(api, 1, 1);
    id = numberedId(1);
    await writeAndClose('Mine');
    await patch({ notes: 'Theirs' });
    const model = await open();
    await model.saveNote();
    expect(model.conflict.value).toMatchObject({ theirs: { notes: 'Theirs' } });
    expect(await storedNotes()).toBe('Theirs');
  });

  it('is still there to copy when somebody deleted the lead', async () => {
    await writeAndClose('Half a note');
    await api.request('DELETE', `/leads/${id}`);
    const model = await open();
    expect([model.isGone.value, model.noteText.value, model.hasUnsavedNote.value]).toEqual([true, 'Half a note', true]);
  });

  it('in a stored one is kept without it, and put back into it', async () => {
    await patch({ notes: 'Call Mrs Tan, +60 12-345 6789' });
    const model = await open();
    model.writeNote('Call Mrs Tan tomorrow, +60 12-345 6789');
    await eventually(async () => expect(await kept()).toMatchObject({ inserted: ' tomorrow' }));
    expect(JSON.stringify(await kept())).not.toMatch(/Tan|345/);
    expect((await open()).noteText.value).toBe('Call Mrs Tan tomorrow, +60 12-345 6789');
  });

  it('belongs to its lead and its connection', async () => {
    await writeAndClose('Half a note');
    const elsewhere = await openWorkspace(proxy.url, api.adminKey);
    const model = createLead({ ...elsewhere, id });
    await model.start(elsewhere.signal);
    expect(model.noteText.value).toBe('');
    elsewhere.close();
  });
});
