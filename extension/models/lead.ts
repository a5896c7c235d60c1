// Long because one lead's reading, saving and conflicts share what is stored and what is being written.
import { batch, computed, signal } from '@preact/signals';
import type { Change } from '../../shared/changes.ts';
import type { Lead, LeadPatch } from '../../shared/lead.ts';
import { type Crm, versionOf } from '../services/crm.ts';
import { asFailure, type Failure, whatBecameOf } from '../services/failure.ts';
import { type Draft, draft } from '../services/storage.ts';
import { changedLeads } from './leads.ts';
import type { Live } from './live.ts';
import { draftOf, textOf } from './note-draft.ts';
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

/** Matches no row: one without a version is read and compared before it is written. */
const NO_VERSION = 'none';

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const isEqual = (left: unknown, right: unknown) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

const textOfNotes = (lead: Lead | null) => text(lead?.notes);

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

interface Write {
  patch: LeadPatch;
  /** The lead as the user saw it when they began, if that is known. */
  seen: Lead | null;
  updatedAt: string | null;
  retry: () => unknown;
}

/** One opened lead. */
export function createLead({ crm, live, toasts, connectionId, id }: Options) {
  const lead = signal<Lead | null>(null);
  const history = signal<readonly Change[] | null>(null);
  const failure = signal<Failure | null>(null);
  const historyFailure = signal<Failure | null>(null);
  const isGone = signal(false);
  const saving = signal<string | null>(null);
  /** Why the last save failed and what became of it, until the next begins. */
  const saveProblem = signal<{ message: string; fields: Record<string, string> } | null>(null);
  const stored = signal<Stored | null>(null);
  const conflict = signal<Conflict | null>(null);
  /** The note as it stands in the editor; null while it is what is stored. */
  const note = signal<string | null>(null);
  /** The `updatedAt` that the note was begun on, and the lead as it was then, while this view remembers it. */
  let startedFrom: string | null = null;
  let begunOn: Lead | null = null;
  /** Left by an earlier view, until the stored note that it was written into is known. */
  let left: Draft | null = null;
  const kept = draft(connectionId, id);
  let lifetime = new AbortController().signal;
  let reads = 0;
  /** Whether somebody changed the lead while it was being saved. */
  let isBehind = false;

  const keep = (text: string) => kept.setValue(draftOf(textOfNotes(begunOn), text, startedFrom));

  /** Shows what was read last, and nothing any more that is still on its way. */
  function show(row: Lead): void {
    reads += 1;
    take(row);
  }

  /** A note that is being written goes on from the row as it is now, as long as nobody else has changed the stored note. */
  function take(row: Lead): void {
    lead.value = row;
    if (left !== null && note.value === null) {
      startedFrom = left.startedFrom;
      // Only when nothing has changed since is it known what the user was looking at.
      begunOn = (row.updatedAt ?? null) === startedFrom ? row : null;
      note.value = textOf(left, textOfNotes(row), row.updatedAt ?? null);
      left = null;
    } else if (note.value !== null && begunOn && begunOn !== row && isEqual(begunOn.notes, row.notes)) {
      beginOn(row);
      void keep(note.value);
    }
  }

  async function read(): Promise<void> {
    reads += 1;
    const turn = reads;
    const isOver = () => lifetime.aborted || turn !== reads;
    const log = readHistory(isOver);
    try {
      const row = await live.watch(() => crm.getLead(id, lifetime));
      if (isOver()) return;
      batch(() => {
        take(row);
        failure.value = null;
        isGone.value = false;
      });
    } catch (error) {
      if (isOver()) return;
      const reason = asFailure(error);
      batch(() => {
        isGone.value = reason.code === 'not_found';
        if (isGone.value && left !== null) note.value ??= left.inserted;
        failure.value = reason;
      });
    }
    await log;
  }

  async function readHistory(isOver = () => lifetime.aborted): Promise<void> {
    try {
      const log = await live.watch(() => crm.leadHistory(id, lifetime));
      if (isOver()) return;
      history.value = log;
      historyFailure.value = null;
    } catch (error) {
      if (!isOver()) historyFailure.value = asFailure(error);
    }
  }

  /**
   * Somebody else's change of other fields is no conflict: the patch is sent again on top of it. Neither is a row that already
   * holds it, as after a reply that was lost.
   */
  async function store(
    patch: LeadPatch,
    seen: Lead | null,
    version: string,
  ): Promise<{ row: Lead } | { met: Conflict }> {
    try {
      return { row: await live.watch(() => crm.updateLead(id, patch, version)) };
    } catch (error) {
      if (asFailure(error).code !== 'conflict') throw error;
      const theirs = await live.watch(() => crm.getLead(id));
      if (holds(theirs, patch)) return { row: theirs };
      const isUntouched = seen !== null && Object.keys(patch).every((name) => isEqual(theirs[name], seen[name]));
      if (!isUntouched) return { met: { patch, theirs } };
      const next = versionOf(theirs.updatedAt);
      if (next !== null) return store(patch, theirs, next);
      return { row: await live.watch(() => crm.updateLead(id, patch)) };
    }
  }

  /** Reads the row once more and compares it with what was sent. What is stored stays so, whatever comes of this. */
  async function verify(patch: LeadPatch, field: string): Promise<void> {
    try {
      const again = await live.watch(() => crm.getLead(id));
      batch(() => {
        show(again);
        stored.value = { field, at: Date.now(), verified: holds(again, patch) };
      });
    } catch (error) {
      const { message } = asFailure(error);
      toasts.show({ tone: 'info', message: `Saved, but it could not be read again to compare: ${message}` });
    }
    await readHistory();
  }

  /** A choice that is still open stays open, whatever else is written meanwhile. */
  function withEarlier({ patch, theirs }: Conflict): Conflict {
    return { patch: { ...conflict.value?.patch, ...patch }, theirs };
  }

  function withoutSettled(written: LeadPatch): Conflict | null {
    if (!conflict.value) return null;
    const open = Object.entries(conflict.value.patch).filter(([name]) => !Object.hasOwn(written, name));
    return open.length > 0 ? { ...conflict.value, patch: Object.fromEntries(open) } : null;
  }

  /** @returns the row as this write left it, or null when nothing was written */
  async function write({ patch, seen, updatedAt, retry }: Write): Promise<Lead | null> {
    if (saving.value !== null) return null;
    const field = Object.keys(patch).join(', ');
    batch(() => {
      saving.value = field;
      saveProblem.value = null;
      stored.value = null;
    });
    try {
      const result = await store(patch, seen, versionOf(updatedAt) ?? NO_VERSION);
      batch(() => {
        conflict.value = 'met' in result ? withEarlier(result.met) : withoutSettled(patch);
        show('met' in result ? result.met.theirs : result.row);
      });
      if ('met' in result) return null;
      await verify(patch, field);
      return result.row;
    } catch (error) {
      const reason = asFailure(error);
      saveProblem.value = { message: `${reason.message} ${whatBecameOf(reason)}`, fields: reason.fields };
      toasts.showFailure('Saving', error, () => void retry());
      return null;
    } finally {
      saving.value = null;
      if (isBehind) void read();
      isBehind = false;
    }
  }

  async function save(
    patch: LeadPatch,
    seen = lead.value,
    updatedAt = lead.value?.updatedAt ?? null,
  ): Promise<boolean> {
    const retry = () => save(patch, seen, updatedAt);
    return (await write({ patch, seen, updatedAt, retry })) !== null;
  }

  function beginOn(row: Lead | null): void {
    startedFrom = row?.updatedAt ?? null;
    begunOn = row;
  }

  /** Lets go of a note that is stored now; what was typed meanwhile stays in the editor and continues from there. */
  async function settleNote(sent: string | null, row: Lead): Promise<void> {
    if (note.value !== null && (note.value.trim() || null) !== sent) {
      beginOn(row);
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
    const row = await write({ patch: { notes }, seen: begunOn, updatedAt: startedFrom, retry: saveNote });
    if (row) await settleNote(notes, row);
  }

  /** Stores this user's version over what they have now seen of the other's. */
  async function keepMine(): Promise<void> {
    if (!conflict.value) return;
    const { patch, theirs } = conflict.value;
    const row = await write({ patch, seen: theirs, updatedAt: theirs.updatedAt ?? null, retry: keepMine });
    if (row && patch.notes !== undefined) await settleNote(patch.notes, row);
  }

  async function erase(seen: Lead): Promise<void> {
    const version = versionOf(seen.updatedAt);
    try {
      await live.watch(() => crm.deleteLead(id, version ?? NO_VERSION));
    } catch (error) {
      const isUnversioned = version === null && asFailure(error).code === 'conflict';
      if (!isUnversioned || !isEqual(await live.watch(() => crm.getLead(id)), seen)) throw error;
      await live.watch(() => crm.deleteLead(id));
    }
  }

  return {
    id,
    lead,
    history,
    failure,
    historyFailure,
    isGone,
    saving,
    saveProblem,
    stored,
    conflict,
    noteText: computed(() => note.value ?? text(lead.value?.notes)),
    hasUnsavedNote: computed(() => note.value !== null && note.value !== text(lead.value?.notes)),
    read,
    save,

    /** Every key stroke is kept at once: a popup closes without asking. */
    writeNote(value: string): void {
      if (note.value === null) beginOn(lead.value);
      if (value === textOfNotes(lead.value)) return void dropNote();
      note.value = value;
      void keep(value);
    },

    saveNote,
    dropNote,
    keepMine,
    async keepTheirs(): Promise<void> {
      const open = conflict.value;
      conflict.value = null;
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

    /**
     * Erases the lead, if it still is what the user saw.
     * @returns whether it is gone
     */
    async remove(seen: Lead): Promise<boolean> {
      saving.value = 'delete';
      try {
        await erase(seen);
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
        if (changedLeads(changes)?.has(id) === false) return;
        if (saving.value === null) void read();
        else isBehind = true;
      };
      const again = (isAnew: boolean) => {
        if (isAnew || failure.value || historyFailure.value) void read();
      };
      live.subscribe(onChanges, again, signal);
      left = await kept.getValue();
      // What changes before the feed is followed is told by nobody.
      if (!live.isFollowing()) void live.following.then(() => (signal.aborted ? undefined : read()));
      await read();
    },
  };
}
export type LeadModel = ReturnType<typeof createLead>;
