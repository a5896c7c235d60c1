import { batch, signal } from '@preact/signals';
import type { Change } from '../../../shared/contract/changes.ts';
import { isEqual } from '../../../shared/contract/equal.ts';
import { isChangeOf } from '../../../shared/proof/has-changed.ts';
import { asFailure, type Failure, whatBecameOf } from '../../platform/api/failure.ts';
import { versionOf } from '../../platform/api/rows.ts';
import { isKnownTo, type Live, type ReadRecord, type RecordKind } from '../../platform/workspace/live.ts';
import type { Toasts } from '../../platform/workspace/toasts.ts';

/** As much of a record as saving needs to know. */
export interface SavedRecord extends ReadRecord {
  updatedAt?: string | null | undefined;
}

export type { Failure };

type Patch = Record<string, unknown>;

/** Two people changed the same field: what this user wants and what stands in the table. */
export interface Conflict<Row> {
  patch: Patch;
  theirs: Row;
}

/** When a change was stored, and whether a second read of the row gave what was sent. */
export interface Stored {
  field: string;
  patch: Patch;
  at: number;
  verified: boolean;
}

/** The API's four calls on one kind of record. */
interface RecordRoutes<Row, Allowed extends Patch> {
  get(id: string, signal?: AbortSignal): Promise<Row>;
  update(id: string, patch: Allowed, ifMatch?: string | null): Promise<Row>;
  remove(id: string, ifMatch?: string | null): Promise<unknown>;
  history(id: string, signal?: AbortSignal): Promise<readonly Change[]>;
}

/** Matches no row: one without a version is read and compared before it is written. */
const NO_VERSION = 'none';

const isPlain = (value: unknown): value is Patch =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A field that is absent is as good as null. */
const isSame = (left: unknown, right: unknown) => isEqual(left ?? null, right ?? null);

/**
 * Whether a stored value is what was asked for, as the API stores it: text is trimmed, null and an empty text both remove a field,
 * an object is merged.
 */
function holds(stored: unknown, asked: unknown): boolean {
  if (isPlain(asked))
    return Object.entries(asked).every(([name, value]) => holds(isPlain(stored) ? stored[name] : null, value));
  if (typeof asked === 'string') return isSame(stored, asked.trim() || null);
  if (!Array.isArray(asked)) return isSame(stored, asked);
  return (
    Array.isArray(stored) && stored.length === asked.length && asked.every((value, at) => holds(stored[at], value))
  );
}

interface Options<Row, Allowed extends Patch> {
  live: Live;
  toasts: Toasts;
  id: string;
  kind: RecordKind;
  routes: RecordRoutes<Row, Allowed>;
  /** Hears of each row as it is shown, in the same batch. */
  onRow?(row: Row): void;
  /** Hears that there is no such record any more. */
  onGone?(): void;
  /** Hears that a conflict about what was written in a form is settled, either way. */
  onFormSettled?(): void;
}

interface Write<Row, Allowed> {
  patch: Allowed;
  /** The record as the user saw it when they began, if that is known. */
  seen: Row | null;
  /** The version that they saw. */
  version: string | null;
  retry: () => unknown;
}

/** One opened record: read with its history, kept true while it is open, and saved without losing anybody's change. */
export function createRecord<Row extends SavedRecord, Allowed extends Patch>(options: Options<Row, Allowed>) {
  const { live, toasts, id, kind, routes, onRow, onGone, onFormSettled } = options;
  const row = signal<Row | null>(null);
  const history = signal<readonly Change[] | null>(null);
  const failure = signal<Failure | null>(null);
  const historyFailure = signal<Failure | null>(null);
  const isGone = signal(false);
  const saving = signal<string | null>(null);
  /** Why the last save failed and what became of it, until the next begins. */
  const saveProblem = signal<{ message: string; fields: Record<string, string> } | null>(null);
  const stored = signal<Stored | null>(null);
  const conflict = signal<(Conflict<Row> & { patch: Allowed }) | null>(null);
  /** Whether the open conflict is about what was written in a form. */
  let isOfForm = false;
  let lifetime = new AbortController().signal;
  let reads = 0;
  let logReads = 0;
  /** What the feed told while the record was being saved. */
  const toldMeanwhile: Change[] = [];

  /** Shows what was read last, and nothing any more that is still on its way. */
  function show(next: Row): void {
    reads += 1;
    take(next);
  }

  /** A mark of what was stored goes with the value that it was made for. */
  function take(next: Row): void {
    row.value = next;
    if (stored.value?.verified && !holds(next, stored.value.patch)) stored.value = null;
    onRow?.(next);
    // The list has heard more by now than a record that was closed.
    if (!lifetime.aborted) live.share(kind, next);
  }

  /** Reads again what the feed tells, unless it is already here: one's own save comes back by the feed as well. */
  function followTold(changes: readonly Change[]): void {
    const isLogged = ({ cursor }: Change) => history.value?.some((entry) => entry.cursor === cursor) ?? false;
    if (changes.length === 0) return;
    // What could not be read is read again, whatever was told.
    if (failure.value || !changes.every((change) => isKnownTo(row.value, change))) void read();
    else if (!changes.every(isLogged)) void readHistory();
  }

  async function read(): Promise<void> {
    reads += 1;
    const turn = reads;
    const isOver = () => lifetime.aborted || turn !== reads;
    const log = readHistory();
    try {
      const found = await live.watch(() => routes.get(id, lifetime));
      if (isOver()) return;
      batch(() => {
        take(found);
        failure.value = null;
        isGone.value = false;
      });
    } catch (error) {
      if (isOver()) return;
      const reason = asFailure(error);
      batch(() => {
        isGone.value = reason.code === 'not_found';
        if (isGone.value) onGone?.();
        failure.value = reason;
      });
    }
    await log;
  }

  /** Of two on their way the later one counts: a log asked for before a save would take its entry away again. */
  async function readHistory(): Promise<void> {
    logReads += 1;
    const turn = logReads;
    const isOver = () => lifetime.aborted || turn !== logReads;
    try {
      const log = await live.watch(() => routes.history(id, lifetime));
      if (isOver()) return;
      history.value = log;
      historyFailure.value = null;
    } catch (error) {
      if (!isOver()) historyFailure.value = asFailure(error);
    }
  }

  /**
   * Somebody else's change of other fields is no conflict: the patch is sent again on top of it. Neither is a row that already
   * holds it, as after a reply that was lost. What the API refuses although nobody changed the row is its own answer.
   */
  async function store(
    patch: Allowed,
    seen: Row | null,
    version: string,
  ): Promise<{ row: Row } | { met: { patch: Allowed; theirs: Row } }> {
    try {
      return { row: await live.watch(() => routes.update(id, patch, version)) };
    } catch (error) {
      if (asFailure(error).code !== 'conflict') throw error;
      const theirs = await live.watch(() => routes.get(id));
      if (holds(theirs, patch)) return { row: theirs };
      const next = versionOf(theirs);
      if (next === version) throw error;
      const isUntouched = seen !== null && Object.keys(patch).every((name) => isSame(theirs[name], seen[name]));
      if (!isUntouched) return { met: { patch, theirs } };
      if (next !== null) return store(patch, theirs, next);
      return { row: await live.watch(() => routes.update(id, patch)) };
    }
  }

  /** Reads the row once more and compares it with what was sent. What is stored stays so, whatever comes of this. */
  async function verify(patch: Patch, field: string): Promise<void> {
    try {
      const again = await live.watch(() => routes.get(id));
      batch(() => {
        show(again);
        stored.value = { field, patch, at: Date.now(), verified: holds(again, patch) };
      });
    } catch (error) {
      const { message } = asFailure(error);
      toasts.show({ tone: 'info', message: `Saved, but it could not be read again to compare: ${message}` });
    }
    await readHistory();
  }

  /** A choice that is still open stays open, whatever else is written meanwhile. */
  function withEarlier({ patch, theirs }: Conflict<Row> & { patch: Allowed }) {
    return { patch: { ...conflict.value?.patch, ...patch }, theirs };
  }

  function withoutSettled(written: Patch) {
    if (!conflict.value) return null;
    const open = Object.entries(conflict.value.patch).filter(([name]) => !Object.hasOwn(written, name));
    return open.length > 0 ? { ...conflict.value, patch: Object.fromEntries(open) as Allowed } : null;
  }

  /** Does one thing at a time; what others change meanwhile is read afterwards. */
  async function alone<T>(field: string, work: () => Promise<T>, orElse: (error: unknown) => T): Promise<T | null> {
    if (saving.value !== null) {
      toasts.show({ tone: 'info', message: 'Something else is being saved. Nothing was sent: try again in a moment.' });
      return null;
    }
    batch(() => {
      saving.value = field;
      saveProblem.value = null;
      stored.value = null;
    });
    try {
      return await work();
    } catch (error) {
      return orElse(error);
    } finally {
      saving.value = null;
      followTold(toldMeanwhile.splice(0));
    }
  }

  function settle(): void {
    if (isOfForm) onFormSettled?.();
    isOfForm = false;
  }

  /** @returns the row as this write left it, or null when nothing was written */
  function write({ patch, seen, version, retry }: Write<Row, Allowed>): Promise<Row | null> {
    const field = Object.keys(patch).join(', ');
    return alone<Row | null>(
      field,
      async () => {
        const result = await store(patch, seen, version ?? NO_VERSION);
        const wasOpen = conflict.value !== null;
        batch(() => {
          conflict.value = 'met' in result ? withEarlier(result.met) : withoutSettled(patch);
          show('met' in result ? result.met.theirs : result.row);
        });
        if ('met' in result) {
          await readHistory();
          return null;
        }
        if (wasOpen && conflict.value === null) settle();
        await verify(patch, field);
        return result.row;
      },
      (error) => {
        const reason = asFailure(error);
        saveProblem.value = { message: `${reason.message} ${whatBecameOf(reason)}`, fields: reason.fields };
        toasts.showFailure('Saving', error, () => void retry());
        return null;
      },
    );
  }

  /** @param seen the record as the user saw it when they began */
  async function save(patch: Allowed, seen = row.value): Promise<boolean> {
    const retry = () => save(patch, seen);
    return (await write({ patch, seen, version: seen && versionOf(seen), retry })) !== null;
  }

  /**
   * Saves what was written in a dialog that was opened on `seen`.
   * @returns null when it is stored; `conflict` when both versions are shown, for the user to choose; else what is wrong, by field, or
   * under `form` with the whole
   */
  async function saveForm(patch: Allowed, seen: Row): Promise<Record<string, string> | 'conflict' | null> {
    const before = conflict.value;
    if (await save(patch, seen)) return null;
    if (conflict.value !== before) {
      isOfForm = true;
      return 'conflict';
    }
    const { fields = {}, message = 'Something else is being saved. Try again.' } = saveProblem.value ?? {};
    return { ...fields, form: message };
  }

  /** Stores this user's version over what they have now seen of the other's. */
  async function keepMine(): Promise<Row | null> {
    if (!conflict.value) return null;
    const { patch, theirs } = conflict.value;
    return write({ patch, seen: theirs, version: versionOf(theirs), retry: keepMine });
  }

  async function erase(seen: Row): Promise<void> {
    const version = versionOf(seen);
    try {
      await live.watch(() => routes.remove(id, version ?? NO_VERSION));
    } catch (error) {
      const isUnversioned = version === null && asFailure(error).code === 'conflict';
      if (!isUnversioned || !isEqual(await live.watch(() => routes.get(id)), seen)) throw error;
      await live.watch(() => routes.remove(id));
    }
  }

  return {
    id,
    row,
    history,
    failure,
    historyFailure,
    isGone,
    saving,
    saveProblem,
    stored,
    conflict,
    read,
    write,
    save,
    saveForm,
    keepMine,
    async keepTheirs(): Promise<void> {
      conflict.value = null;
      settle();
    },

    /** Runs a write of another kind that answers with the row. @returns whether it was done */
    async act(field: string, doing: string, work: () => Promise<Row>): Promise<boolean> {
      const done = await alone(
        field,
        async () => {
          show(await live.watch(work));
          return true;
        },
        (error) => {
          toasts.showFailure(doing, error);
          return false;
        },
      );
      await read();
      return done === true;
    },

    /**
     * Erases the record, if it still is what the user saw.
     * @returns whether it is gone
     */
    async remove(seen: Row): Promise<boolean> {
      const done = await alone(
        'delete',
        async () => {
          await erase(seen);
          // There is nothing left to read.
          toldMeanwhile.length = 0;
          return true;
        },
        (error) => {
          toasts.showFailure('Deleting', error);
          return false;
        },
      );
      if (done) toasts.show({ tone: 'good', message: `The ${kind} is erased from the table.` });
      else if (done === false) await read();
      return done === true;
    },

    async start(signal: AbortSignal): Promise<void> {
      lifetime = signal;
      const isOurs = (change: Change) =>
        isChangeOf(change, `${kind}s`) && (change.operation === 'truncate' || change.key === `${kind}:${id}`);
      const onChanges = (changes: readonly Change[]) => {
        const ours = changes.filter(isOurs);
        if (saving.value === null) followTold(ours);
        else toldMeanwhile.push(...ours);
      };
      const again = (isAnew: boolean) => {
        if (isAnew || failure.value || historyFailure.value) void read();
      };
      live.subscribe(onChanges, again, signal);
      // What changes before the feed is followed is told by nobody.
      if (!live.isFollowing()) void live.following.then(() => (signal.aborted ? undefined : read()));
      await read();
    },
  };
}
