import { ENTITIES, type SyncEntity } from '../../../shared/contract/record-key.ts';
import { digestHex, sumOf } from '../../../shared/proof/digest.ts';
import type { Reader, Walk } from '../../../shared/proof/table-proof.ts';
import { inParts, readByKey } from '../../../shared/proof/table-proof.ts';
import { Failure } from '../../platform/api/failure.ts';
import type { DirectTable } from '../../platform/connection/direct-table.ts';
import { countOf } from '../../ui/content/number-format.ts';
import type { State } from '../step.ts';

/** As many as are named of each kind. */
const KEYS_NAMED = 20;
/** Rows that differ beyond these are counted without being read again. */
const READ_AGAIN = 2_000;
const TRIES = 3;
/** Rows of each kind that are compared where the screen shows none. */
const FIRST_ROWS = 20;

/**
 * Rows that are not equal, or were not compared.
 * - onlyOurs, onlyTheirs: shown by our API alone, and by the table alone
 * - different: shown by both with another text
 * - missing: on neither side; of single keys only
 * - withheld: the row holds a secret, and neither side shows its text
 * - moving: the row changed each time it was read
 * - unread: of those that differ, not read again because there are so many
 */
const KINDS = ['onlyOurs', 'onlyTheirs', 'different', 'missing', 'withheld', 'moving', 'unread'] as const;
type Kind = (typeof KINDS)[number];

/** What came of comparing our API's answers with the table itself, row by row. */
export interface DirectReport {
  /** Null for a comparison of single keys. */
  entity: SyncEntity | null;
  /** Wrong: rows stayed different when both sides were read again. Unchecked: there was no row that both may show. */
  state: Extract<State, 'passed' | 'pending' | 'wrong' | 'unchecked'>;
  /** Compared and equal. */
  rows: number;
  total: Record<Kind, number>;
  /** The first 20 of each kind, as both show them; null where a side has none. */
  named: { kind: Kind; key: string; ours: string | null; theirs: string | null }[];
  /** What it means and what to do, in a sentence; null when they agree. */
  message: string | null;
}

/** What was compared: the rows on the screen, or all rows, but for the kinds whose walk did not come to its end. */
export interface DirectComparison {
  scope: 'screen' | 'all';
  reports: DirectReport[];
  notCompared: SyncEntity[];
  findings: { code: 'direct.differs'; entity: SyncEntity | 'table'; count: number; keys: string[]; message: string }[];
}

interface Sides {
  /** Of our API. */
  reader: Reader;
  direct: DirectTable;
  signal?: AbortSignal | undefined;
}

const newReport = (entity: SyncEntity | null): DirectReport => ({
  ...{ entity, state: 'passed', rows: 0, named: [], message: null },
  total: Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>,
});

/** Counts a row, and names it if it is one of the first of its kind. */
function note({ total, named }: DirectReport, kind: Kind, key: string, ours?: string | null, theirs?: string): void {
  total[kind]++;
  if (total[kind] <= KEYS_NAMED) named.push({ kind, key, ours: ours ?? null, theirs: theirs ?? null });
}

/** What our API says of these keys: the text, or null where it withholds it. */
async function readOurs({ reader, signal }: Sides, keys: string[]): Promise<Map<string, string | null>> {
  signal?.throwIfAborted();
  const { reply, isFresh } = await readByKey(reader, keys);
  if (!isFresh) {
    throw new Failure('foreign', 'Something between here and the API answered with what it had kept from earlier.');
  }
  const texts = reply.rows.map(({ key, text }): [string, string | null] => [key, text]);
  return new Map([...reply.withheld.map((key): [string, null] => [key, null]), ...texts]);
}

/**
 * Reads keys on both sides, ours before and after theirs: a row counts only when it stood still meanwhile.
 * @returns those that are equal
 */
async function compareAgain(sides: Sides, report: DirectReport, keys: readonly string[]): Promise<string[]> {
  const equal: string[] = [];
  for (const part of inParts(keys)) {
    let open = part;
    for (let attempt = 0; attempt < TRIES && open.length > 0; attempt++) {
      const before = await readOurs(sides, open);
      const theirs = new Map((await sides.direct.byKey(open, sides.signal)).map(({ key, text }) => [key, text]));
      const after = await readOurs(sides, open);
      for (const key of open.filter((one) => before.get(one) === after.get(one))) {
        const [our, their] = [after.get(key), theirs.get(key)];
        if (our === null) note(report, 'withheld', key);
        else if (our !== their) {
          const kind = their === undefined ? 'onlyOurs' : our === undefined ? 'onlyTheirs' : 'different';
          note(report, kind, key, our, their);
        } else if (our === undefined) note(report, 'missing', key);
        else equal.push(key);
      }
      open = open.filter((key) => before.get(key) !== after.get(key));
    }
    for (const key of open) note(report, 'moving', key);
  }
  return equal;
}

/** What is left unequal, in words. Row level security that hides and another database look alike from here. */
function conclude(report: DirectReport, table: string): DirectReport {
  const { rows, total } = report;
  const { onlyOurs, onlyTheirs, different, moving, unread } = total;
  if (onlyOurs + onlyTheirs + different === 0) {
    if (moving + unread > 0) {
      return { ...report, state: 'pending', message: 'Rows changed while they were compared. Compare again.' };
    }
    return rows > 0 ? report : { ...report, state: 'unchecked' };
  }
  const amount = (count: number) => `${unread > 0 ? 'at least ' : ''}${countOf(count, 'row')}`;
  const isHiding = onlyTheirs + different === 0;
  const message =
    isHiding && rows === 0
      ? `Supabase shows you no row of ${table}, our API shows ${amount(onlyOurs)}. Row level security hides them (the policy crm_readers is missing: run \`npm run migrate\`), or the API works on another database.`
      : isHiding
        ? `Supabase does not show you ${amount(onlyOurs)} that our API shows; all others are equal. A policy of the table may hide them: run \`npm run migrate\`, then compare again.`
        : rows === 0
          ? 'No row is the same on both sides. The API works on another database than the project you signed in to, or something in between changes its answers.'
          : `Our API and Supabase show ${amount(onlyOurs + onlyTheirs + different)} differently. Trust the table; something between it and you changes answers, or the API works on a copy.`;
  return { ...report, state: 'wrong', message };
}

/**
 * Compares all rows of one kind with what PostgREST shows of the table, past our API.
 * @param walk of our API to its end, with `keepDigests`
 * @param onProgress after each page: rows read of those that our API has shown
 * @throws Failure when one of the two cannot be read
 */
export async function compareRows({
  walk,
  onProgress,
  ...sides
}: Sides & { walk: Walk; onProgress?: (read: number, total: number) => void }): Promise<DirectReport> {
  const { entity, digests: ours, first } = walk;
  if (!ours || !first) throw new Error('There is nothing to compare with: the walk was not made, or kept no digests.');
  const report = newReport(entity);
  for (const key of walk.withheldKeys) note(report, 'withheld', key);
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
  report.total.unread = Math.max(0, keys.length - READ_AGAIN);
  // What was unequal and is equal now has moved, or was told wrong the first time. The change log knows.
  const hasMoved = equal.length === 0 || (await sides.reader.movedSince(first.changesCursor, entity));
  if (hasMoved) report.rows += equal.length;
  else for (const key of equal) note(report, 'moving', key);
  return conclude(report, sides.direct.table);
}

/** Compares single rows, such as those on the screen. @throws Failure when one of the two cannot be read */
export async function compareKeys({ keys, ...sides }: Sides & { keys: readonly string[] }): Promise<DirectReport> {
  const report = newReport(null);
  report.rows = (await compareAgain(sides, report, keys)).length;
  return conclude(report, sides.direct.table);
}

/** The first keys of each kind that the table itself shows. */
async function firstKeys({ direct, signal }: Sides): Promise<string[]> {
  const keys: string[] = [];
  for (const entity of ENTITIES) {
    for await (const rows of direct.pages(entity, signal)) {
      keys.push(...rows.slice(0, FIRST_ROWS).map(({ key }) => key));
      break;
    }
  }
  return keys;
}

/**
 * The table itself as PostgREST shows it to the signed-in person, past our API, beside what our API says.
 * @param what all rows by the walks that came to their end, or the keys on the screen; an API that shows nothing may work on
 * another database, so without a key the first rows that the table shows are compared
 */
export async function readDirectly(
  sides: Sides,
  what: { walks: readonly Walk[] } | { keys: readonly string[] },
  onProgress: (read: number, total: number) => void,
): Promise<DirectComparison> {
  const reports: DirectReport[] = [];
  if ('keys' in what) {
    const keys = what.keys.length > 0 ? what.keys : await firstKeys(sides);
    reports.push(await compareKeys({ ...sides, keys }));
  } else for (const walk of what.walks) reports.push(await compareRows({ ...sides, walk, onProgress }));
  const isCompared = (entity: SyncEntity) => 'keys' in what || what.walks.some((walk) => walk.entity === entity);
  return {
    scope: 'keys' in what ? 'screen' : 'all',
    reports,
    notCompared: ENTITIES.filter((entity) => !isCompared(entity)),
    findings: reports
      .filter(({ state }) => state === 'wrong')
      .map(({ entity, total, named, message }) => ({
        code: 'direct.differs',
        entity: entity ?? 'table',
        count: total.onlyOurs + total.onlyTheirs + total.different,
        keys: differing(named)
          .map(({ key }) => key)
          .slice(0, KEYS_NAMED),
        message: message ?? '',
      })),
  };
}

/** Those that stand otherwise on the two sides, the different ones first. */
export const differing = (named: DirectReport['named']): DirectReport['named'] =>
  (['different', 'onlyOurs', 'onlyTheirs'] as const).flatMap((kind) => named.filter((row) => row.kind === kind));

/** What the direct read came to. */
export function judgeDirect({ reports, notCompared }: DirectComparison): State {
  const worst = (['wrong', 'pending'] as const).find((state) => reports.some((report) => report.state === state));
  return worst ?? (notCompared.length === 0 && reports.some(({ rows }) => rows > 0) ? 'passed' : 'unchecked');
}
