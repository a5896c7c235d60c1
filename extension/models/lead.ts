// Long because one lead's reading, saving and conflicts share what is stored and what is being written.
import { batch, computed, signal } from '@preact/signals';
import type { Change } from '../../shared/changes.ts';
import type { Lead, LeadPatch } from '../../shared/lead.ts';
import type { Crm } from '../services/crm.ts';
import { asFailure, type Failure } from '../services/failure.ts';
import { draft } from '../services/storage.ts';
import { changedLeads } from './leads.ts';
import type { Live } from './live.ts';
import type { Toasts } from './toasts.ts';

/** Two people changed the same field: what this user wants and what stands in the table. */
export interface Conflict {
  patch: LeadPatch;
  theirs: Lead;
}

/** When a change was stored, and that a second read of the row gave what was sent. */
export interface Stored {
  field: string;
  at: number;
  verified: boolean;
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const isEqual = (left: unknown, right: unknown) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

/** Whether a row holds what a patch asked for; null and an empty text both remove a field. */
const holds = (lead: Lead, patch: LeadPatch) =>
  Object.entries(patch).every(([name, value]) => isEqual(lead[name], value === '' ? null : value));

interface Options {
  crm: Crm;
  live: Live;
  toasts: Toasts;
  connectionId: string;
  id: string;
}

/** One opened lead. */
export function createLead({ crm, live, toasts, connectionId, id }: Options) {
  const lead = signal<Lead | null>(null);
  const history = signal<readonly Change[] | null>(null);
  const failure = signal<Failure | null>(null);
  const historyFailure = signal<Failure | null>(null);
  const isGone = signal(false);
  const saving = signal<string | null>(null);
  const stored = signal<Stored | null>(null);
  const conflict = signal<Conflict | null>(null);
  /** The note as it stands in the editor; null while it is what is stored. */
  const note = signal<string | null>(null);
  /** The `updatedAt` that the note was begun on, and the lead as it was then, while this view remembers it. */
  let startedFrom: string | null = null;
  let begunOn: Lead | null = null;
  const kept = draft(connectionId, id);
  let lifetime = new AbortController().signal;

  async function read(): Promise<void> {
    const [row, log] = await Promise.allSettled([
      live.watch(() => crm.getLead(id, lifetime)),
      live.watch(() => crm.leadHistory(id, lifetime)),
    ]);
    if (lifetime.aborted) return;
    batch(() => {
      if (row.status === 'fulfilled') {
        lead.value = row.value;
        failure.value = null;
        isGone.value = false;
      } else {
        const reason = asFailure(row.reason);
        isGone.value = reason.code === 'not_found';
        failure.value = reason;
      }
      if (log.status === 'fulfilled') history.value = log.value;
      historyFailure.value = log.status === 'rejected' ? asFailure(log.reason) : null;
    });
  }

  /** Somebody else's change of other fields is no conflict: the patch is sent again on top of it. */
  async function store(
    patch: LeadPatch,
    seen: Lead | null,
    ifMatch: string | null,
  ): Promise<{ conflict: Conflict | null }> {
    try {
      await live.watch(() => crm.updateLead(id, patch, ifMatch));
      return { conflict: null };
    } catch (error) {
      if (asFailure(error).code !== 'conflict') throw error;
      const theirs = await live.watch(() => crm.getLead(id));
      const isUntouched = seen !== null && Object.keys(patch).every((name) => isEqual(theirs[name], seen[name]));
      if (!isUntouched) return { conflict: { patch, theirs } };
      return store(patch, theirs, theirs.updatedAt ?? null);
    }
  }

  async function save(patch: LeadPatch, seen = lead.value, ifMatch = lead.value?.updatedAt ?? null): Promise<boolean> {
    if (saving.value !== null) return false;
    const field = Object.keys(patch).join(', ');
    batch(() => {
      saving.value = field;
      stored.value = null;
    });
    try {
      const { conflict: met } = await store(patch, seen, ifMatch);
      if (met) {
        batch(() => {
          conflict.value = met;
          lead.value = met.theirs;
        });
        return false;
      }
      const again = await live.watch(() => crm.getLead(id));
      batch(() => {
        conflict.value = null;
        lead.value = again;
        stored.value = { field, at: Date.now(), verified: holds(again, patch) };
      });
      history.value = await live.watch(() => crm.leadHistory(id));
      return true;
    } catch (error) {
      toasts.showFailure('Saving', error, () => void save(patch, seen, ifMatch));
      return false;
    } finally {
      saving.value = null;
    }
  }

  async function dropNote(): Promise<void> {
    batch(() => {
      note.value = null;
      startedFrom = null;
      begunOn = null;
    });
    await kept.removeValue();
  }

  return {
    id,
    lead,
    history,
    failure,
    historyFailure,
    isGone,
    saving,
    stored,
    conflict,
    noteText: computed(() => note.value ?? text(lead.value?.notes)),
    hasUnsavedNote: computed(() => note.value !== null && note.value !== text(lead.value?.notes)),
    read,
    save,

    /** Every key stroke is kept at once: a popup closes without asking. */
    writeNote(value: string): void {
      if (note.value === null) {
        startedFrom = lead.value?.updatedAt ?? null;
        begunOn = lead.value;
      }
      note.value = value;
      void kept.setValue({ text: value, startedFrom });
    },

    async saveNote(): Promise<void> {
      if (note.value === null) return;
      const sent = note.value;
      const isSaved = await save({ notes: sent.trim() || null }, begunOn, startedFrom);
      // What was typed while it was being saved stays in the editor.
      if (isSaved && note.value === sent) await dropNote();
    },

    dropNote,

    /** Stores this user's version over what they have now seen of the other's. */
    async keepMine(): Promise<void> {
      const open = conflict.value;
      if (!open) return;
      const isSaved = await save(open.patch, open.theirs, open.theirs.updatedAt ?? null);
      if (isSaved && 'notes' in open.patch) await dropNote();
    },

    async keepTheirs(): Promise<void> {
      const open = conflict.value;
      conflict.value = null;
      if (open && 'notes' in open.patch) await dropNote();
    },

    /** Puts both notes into the editor, theirs first, to be made one by hand. */
    combineNotes(): void {
      const open = conflict.value;
      if (!open) return;
      const both = [text(open.theirs.notes), text(open.patch.notes)].filter(Boolean).join('\n\n');
      batch(() => {
        conflict.value = null;
        note.value = both;
        startedFrom = open.theirs.updatedAt ?? null;
        begunOn = open.theirs;
      });
      void kept.setValue({ text: both, startedFrom });
    },

    /** @returns whether it is gone */
    async remove(): Promise<boolean> {
      saving.value = 'delete';
      try {
        await live.watch(() => crm.deleteLead(id, lead.value?.updatedAt));
        await dropNote();
        toasts.show({ tone: 'good', message: 'The lead is erased from the table.' });
        return true;
      } catch (error) {
        toasts.showFailure('Deleting', error);
        await read();
        return false;
      } finally {
        saving.value = null;
      }
    },

    async start(signal: AbortSignal): Promise<void> {
      lifetime = signal;
      const onChanges = (changes: readonly Change[]) => {
        if (saving.value === null && (changedLeads(changes)?.has(id) ?? true)) void read();
      };
      live.subscribe(onChanges, () => void read(), signal);
      const [written] = await Promise.all([kept.getValue(), read()]);
      if (written && note.value === null) {
        startedFrom = written.startedFrom;
        // Only when nothing has changed since is it known what the user was looking at.
        begunOn = lead.value?.updatedAt === written.startedFrom ? lead.value : null;
        note.value = written.text;
      }
    },
  };
}
export type LeadModel = ReturnType<typeof createLead>;
