import { batch, computed, signal } from '@preact/signals';
import type { Lead, LeadPatch } from '../../shared/lead.ts';
import type { Crm } from '../services/crm.ts';
import { draft } from '../services/storage.ts';
import type { Live } from './live.ts';
import { createRecord } from './record.ts';
import type { Toasts } from './toasts.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

interface Options {
  crm: Crm;
  live: Live;
  toasts: Toasts;
  connectionId: string;
  id: string;
}

/** One opened lead, and the note that is being written on it. */
export function createLead({ crm, live, toasts, connectionId, id }: Options) {
  const record = createRecord<Lead, LeadPatch>({
    live,
    toasts,
    id,
    kind: 'lead',
    door: { get: crm.getLead, update: crm.updateLead, remove: crm.deleteLead, history: crm.leadHistory },
  });
  const { row: lead, conflict, write } = record;
  /** The note as it stands in the editor; null while it is what is stored. */
  const note = signal<string | null>(null);
  /** The `updatedAt` that the note was begun on, and the lead as it was then, while this view remembers it. */
  let startedFrom: string | null = null;
  let begunOn: Lead | null = null;
  const kept = draft(connectionId, id);
  /** Name of the user that the lead became in this view. */
  const became = signal<string | null>(null);

  function beginOn(row: Lead | null): void {
    startedFrom = row?.updatedAt ?? null;
    begunOn = row;
  }

  /** Lets go of a note that is stored now; what was typed meanwhile stays in the editor and continues from there. */
  async function settleNote(sent: string | null, row: Lead): Promise<void> {
    if (note.value === null || (note.value.trim() || null) === sent) return dropNote();
    beginOn(row);
    await kept.setValue({ text: note.value, startedFrom });
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
    const row = await write({ patch: { notes }, seen: begunOn, updatedAt: startedFrom, retry: saveNote });
    if (row) await settleNote(notes, row);
  }

  return {
    ...record,
    lead,
    became,
    noteText: computed(() => note.value ?? text(lead.value?.notes)),
    hasUnsavedNote: computed(() => note.value !== null && note.value !== text(lead.value?.notes)),

    /** Every key stroke is kept at once: a popup closes without asking. */
    writeNote(value: string): void {
      if (note.value === null) beginOn(lead.value);
      note.value = value;
      void kept.setValue({ text: value, startedFrom });
    },

    saveNote,
    dropNote,
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
      void kept.setValue({ text: both, startedFrom });
    },

    /** Makes a user of the lead, or finds the one it became. @returns whether it is one now */
    convert: () =>
      record.act('convert', 'Converting', async () => {
        const reply = await crm.convertLead(id);
        became.value = reply.user.name || reply.user.email;
        const was = reply.created ? 'is a user now' : 'was a user already: the lead is theirs';
        toasts.show({ tone: 'good', message: `${became.value.slice(0, 200)} ${was}.` });
        return reply.lead;
      }),

    /** @returns whether it is gone */
    async remove(): Promise<boolean> {
      const isGone = await record.remove();
      if (isGone) await dropNote();
      return isGone;
    },

    async start(signal: AbortSignal): Promise<void> {
      const [written] = await Promise.all([kept.getValue(), record.start(signal)]);
      if (written && note.value === null) {
        startedFrom = written.startedFrom;
        // Only when nothing has changed since is it known what the user was looking at.
        begunOn = (lead.value?.updatedAt ?? null) === written.startedFrom ? lead.value : null;
        note.value = written.text;
      }
    },
  };
}
export type LeadModel = ReturnType<typeof createLead>;
