import { batch, computed, effect, signal } from '@preact/signals';
import type { Lead, LeadPatch } from '../../shared/contract/lead.ts';
import type { User } from '../../shared/contract/user.ts';
import type { Api } from '../platform/api/api.ts';
import type { Crm } from '../platform/api/crm.ts';
import { asFailure } from '../platform/api/failure.ts';
import { versionOf } from '../platform/api/rows.ts';
import { createUsersApi } from '../platform/api/users-api.ts';
import { type Draft, draft, formDraft } from '../platform/browser/storage.ts';
import type { Live } from '../platform/workspace/live.ts';
import type { Toasts } from '../platform/workspace/toasts.ts';
import { createKeptForm } from '../records/forms/kept-form.ts';
import { draftOf, textOf } from '../records/forms/text-draft.ts';
import { createRecord } from '../records/opened/record.ts';
import { type LeadDraft, leadDraft } from './lead-draft.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

const textOfNotes = (lead: Lead | null) => text(lead?.notes);
const isSameNote = (left: Lead, right: Lead) => (left.notes ?? null) === (right.notes ?? null);

/** The user that a lead became, as the table has them now; null is nobody any more. */
export type Account = { user: User | null } | { problem: string };

interface Options {
  api: Api;
  crm: Crm;
  live: Live;
  toasts: Toasts;
  connectionId: string;
  id: string;
}

/** One opened lead, and the note that is being written on it. */
export function createLead({ api, crm, live, toasts, connectionId, id }: Options) {
  const EDIT = `${id}:edit`;
  const record = createRecord<Lead, LeadPatch>({
    live,
    toasts,
    id,
    kind: 'lead',
    routes: { get: crm.getLead, update: crm.updateLead, remove: crm.deleteLead, history: crm.leadHistory },
    onRow,
    onFormSettled: () => void formDraft(connectionId, EDIT).removeValue(),
    onGone() {
      if (left !== null) note.value ??= left.inserted;
    },
  });
  const { row: lead, conflict, write } = record;
  /** The note as it stands in the editor; null while it is what is stored. */
  const note = signal<string | null>(null);
  /** The version that the note was begun on, and the lead as it was then, while this view remembers it. */
  let startedFrom: string | null = null;
  let begunOn: Lead | null = null;
  /** Left by an earlier view, until the stored note that it was written into is known. */
  let left: Draft | null = null;
  const kept = draft(connectionId, id);
  const keep = (written: string) => kept.setValue(draftOf(textOfNotes(begunOn), written, startedFrom));
  /** null while it is not known. */
  const account = signal<Account | null>(null);

  function beginOn(row: Lead | null): void {
    startedFrom = row && versionOf(row);
    begunOn = row;
  }

  /** A note that is being written goes on from the row as it is now, as long as nobody else has changed the stored note. */
  function onRow(row: Lead): void {
    if (left !== null && note.value === null) {
      startedFrom = left.startedFrom;
      // Only when nothing has changed since is it known what the user was looking at.
      begunOn = versionOf(row) === startedFrom ? row : null;
      note.value = textOf(left, textOfNotes(row), versionOf(row));
      left = null;
    } else if (note.value !== null && begunOn && begunOn !== row && isSameNote(begunOn, row)) {
      beginOn(row);
      void keep(note.value);
    }
  }

  /** Lets go of a note that is stored now; what was typed meanwhile stays in the editor and continues from there. */
  async function settleNote(sent: string | null, row: Lead): Promise<void> {
    if (note.value !== null && (note.value.trim() || null) !== sent) {
      // The row as it was read once more tells of what SQL writes too.
      beginOn(lead.value && isSameNote(lead.value, row) ? lead.value : row);
      return keep(note.value);
    }
    // Another view of this lead may have gone on writing.
    const stored = await kept.getValue();
    const isOurs = stored === null || (textOf(stored, textOfNotes(begunOn), startedFrom).trim() || null) === sent;
    if (isOurs) return dropNote();
    note.value = null;
    beginOn(null);
  }

  async function dropNote(): Promise<void> {
    batch(() => {
      note.value = null;
      beginOn(null);
    });
    await kept.removeValue();
  }

  async function saveNote(): Promise<void> {
    if (note.value === null) return;
    const notes = note.value.trim() || null;
    const row = await write({ patch: { notes }, seen: begunOn, version: startedFrom, retry: saveNote });
    if (row) await settleNote(notes, row);
  }

  async function readAccount(userId: string, signal: AbortSignal): Promise<void> {
    try {
      account.value = { user: await live.watch(() => createUsersApi(api).get(userId, signal)) };
    } catch (error) {
      const failure = asFailure(error);
      if (!signal.aborted) account.value = failure.code === 'not_found' ? { user: null } : { problem: failure.message };
    }
  }

  return {
    ...record,
    lead,
    account,
    noteText: computed(() => note.value ?? text(lead.value?.notes)),
    hasUnsavedNote: computed(() => note.value !== null && note.value !== text(lead.value?.notes)),

    /** Every key stroke is kept at once: a popup closes without asking. */
    writeNote(value: string): void {
      if (note.value === null) beginOn(lead.value);
      if (value === textOfNotes(lead.value)) return void dropNote();
      note.value = value;
      void keep(value);
    },

    saveNote,
    dropNote,
    /** The form that edits the lead as it is in `seen`. */
    edit: (seen: Lead) =>
      createKeptForm<LeadDraft>({
        connectionId,
        name: EDIT,
        base: () => leadDraft(seen),
      }),
    async keepMine(): Promise<void> {
      const notes = conflict.value?.patch.notes;
      const row = await record.keepMine();
      if (row && notes !== undefined) await settleNote(notes, row);
    },
    async keepTheirs(): Promise<void> {
      const open = conflict.value;
      await record.keepTheirs();
      if (open && 'notes' in open.patch) await dropNote();
    },

    /** Puts both notes into the editor, theirs first, to be made one by hand. */
    combineNotes(): void {
      const open = conflict.value;
      if (!open) return;
      const both = [text(open.theirs.notes), note.value ?? text(open.patch.notes)].filter(Boolean).join('\n\n');
      batch(() => {
        conflict.value = null;
        note.value = both;
        beginOn(open.theirs);
      });
      void keep(both);
    },

    /** Makes a user of the lead, or finds the one it became. @returns whether it is one now */
    convert: () =>
      record.act('convert', 'Converting', async () => {
        const reply = await crm.convertLead(id);
        const was = reply.created ? 'is a user now' : 'was a user already: the lead is theirs';
        toasts.show({ tone: 'good', message: `${(reply.user.name || reply.user.email).slice(0, 200)} ${was}.` });
        return reply.lead;
      }),

    /** @returns whether it is gone */
    async remove(seen: Lead): Promise<boolean> {
      const isGone = await record.remove(seen);
      if (isGone) await dropNote();
      return isGone;
    },

    async start(signal: AbortSignal): Promise<void> {
      left = await kept.getValue();
      const userId = computed(() => lead.value?.convertedToUserId || null);
      const stop = effect(() => {
        account.value = null;
        if (userId.value !== null) void readAccount(userId.value, signal);
      });
      signal.addEventListener('abort', stop);
      await record.start(signal);
    },
  };
}
export type LeadModel = ReturnType<typeof createLead>;
