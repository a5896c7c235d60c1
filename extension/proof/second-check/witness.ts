import { digestHex, sumOf } from '../../../shared/proof/digest.ts';
import type { Reader, Walk } from '../../../shared/proof/table-proof.ts';
import { Failure } from '../../platform/api/failure.ts';
import type { DirectTable } from '../../platform/connection/direct-table.ts';
import { conclude, KEYS_NAMED, name, newReport, type WitnessReport } from './witness-report.ts';

/** Of `POST /sync/rows`. */
const KEYS_ASKED = 200;
/** Rows that differ beyond these are counted without being read again. */
const READ_AGAIN = 2_000;
const TRIES = 3;

interface Sides {
  /** Of our API. */
  reader: Reader;
  direct: DirectTable;
  signal?: AbortSignal | undefined;
}

/** A row of our API: its text, `withheld`, or nothing there. */
type Seen = string | null | undefined;
const WITHHELD = null;

async function readOurs({ reader, signal }: Sides, keys: string[]): Promise<Map<string, Seen>> {
  signal?.throwIfAborted();
  const nonce = crypto.randomUUID();
  const reply = await reader.rowsByKey({ keys, nonce });
  if (reply.nonce !== nonce) {
    throw new Failure('foreign', 'Something between here and the API answered with what it had kept from earlier.');
  }
  const texts = reply.rows.map(({ key, text }): [string, Seen] => [key, text]);
  return new Map([...reply.withheld.map((key): [string, Seen] => [key, WITHHELD]), ...texts]);
}

async function readTheirs({ direct, signal }: Sides, keys: string[]): Promise<Map<string, string>> {
  return new Map((await direct.byKey(keys, signal)).map(({ key, text }) => [key, text]));
}

/** Puts a row that stood still where it belongs. */
function settle(report: WitnessReport, key: string, ours: Seen, theirs: string | undefined): 'equal' | 'settled' {
  if (ours === WITHHELD) name(report.withheld, key);
  else if (ours === theirs) {
    if (ours !== undefined) return 'equal';
    name(report.missing, key);
  } else if (theirs === undefined) name(report.onlyOurs, key);
  else if (ours === undefined) name(report.onlyTheirs, key);
  else {
    report.different.total++;
    if (report.different.rows.length < KEYS_NAMED) report.different.rows.push({ key, ours, theirs });
  }
  return 'settled';
}

/**
 * Reads keys on both sides, ours before and after theirs: a row counts only when it stood still meanwhile.
 * @returns those that are equal
 */
async function compareAgain(sides: Sides, report: WitnessReport, keys: readonly string[]): Promise<string[]> {
  const equal: string[] = [];
  for (let at = 0; at < keys.length; at += KEYS_ASKED) {
    let open = keys.slice(at, at + KEYS_ASKED);
    for (let attempt = 0; attempt < TRIES && open.length > 0; attempt++) {
      const before = await readOurs(sides, open);
      const theirs = await readTheirs(sides, open);
      const after = await readOurs(sides, open);
      open = open.filter((key) => {
        if (before.get(key) !== after.get(key)) return true;
        if (settle(report, key, after.get(key), theirs.get(key)) === 'equal') equal.push(key);
        return false;
      });
    }
    for (const key of open) name(report.moving, key);
  }
  return equal;
}

/**
 * Compares all rows of one kind with what PostgREST shows of the table, past our API.
 * @param walk of our API to its end, with `keepDigests`
 * @param onProgress after each page: rows read of those that our API has shown
 * @throws Failure when one of the two cannot be read
 */
export async function compareWitness({
  walk,
  onProgress,
  ...sides
}: Sides & { walk: Walk; onProgress?: (read: number, total: number) => void }): Promise<WitnessReport> {
  const { entity, digests: ours, first } = walk;
  if (!ours || !first) throw new Error('There is nothing to compare with: the walk was not made, or kept no digests.');
  const report = newReport(entity);
  for (const key of walk.withheldKeys) name(report.withheld, key);
  const unequal = new Set(ours.keys());
  let read = 0;
  for await (const rows of sides.direct.pages(entity, sides.signal)) {
    const { digests } = await sumOf(rows);
    for (const [i, { key }] of rows.entries()) {
      const digest = digests[i];
      if (digest && ours.get(key) === digestHex(digest)) {
        if (unequal.delete(key)) report.rows++;
      } else if (!walk.withheldKeys.has(key)) unequal.add(key);
    }
    read += rows.length;
    onProgress?.(read, Math.max(ours.size, read));
  }
  const keys = [...unequal];
  const equal = await compareAgain(sides, report, keys.slice(0, READ_AGAIN));
  report.notReadAgain = Math.max(0, keys.length - READ_AGAIN);
  // What was unequal and is equal now has moved, or was told wrong the first time. The change log knows.
  const hasMoved = equal.length === 0 || (await sides.reader.movedSince(first.changesCursor, entity));
  if (hasMoved) report.rows += equal.length;
  else for (const key of equal) name(report.moving, key);
  return conclude(report, sides.direct.table);
}

/** Compares single rows, such as those on the screen. @throws Failure when one of the two cannot be read */
export async function compareKeys({ keys, ...sides }: Sides & { keys: readonly string[] }): Promise<WitnessReport> {
  const report = newReport(null);
  report.rows = (await compareAgain(sides, report, keys)).length;
  return conclude(report, sides.direct.table);
}
