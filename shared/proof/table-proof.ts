import { KEYS_LIMIT } from '../contract/limits.ts';
import { RECORD_KEY, type SyncEntity } from '../contract/record-key.ts';
import type { RowsByKeyReply, RowsReply, WholeSum } from '../contract/sync-report.ts';
import { DigestSum, digestDifference, digestHex, sumOf } from './digest.ts';
import { askFresh } from './fresh-answer.ts';

/**
 * The outside witness: reads every stored row as text, hashes what it received, and compares that with Postgres's own sums. It
 * does no I/O itself; whoever runs it hands over how to read.
 */
export interface Reader {
  rows(query: RowsQuestion): Promise<RowsReply>;
  rowsByKey(query: { keys: string[]; nonce: string }): Promise<RowsByKeyReply>;
  /** Whether the change log names a record of this kind, or a truncate, since a cursor. */
  movedSince(cursor: string, entity: SyncEntity): Promise<boolean>;
}

export interface RowsQuestion {
  entity: SyncEntity;
  after: string | null;
  limit: number;
  whole: boolean;
  nonce: string;
}

/**
 * What the witness found wrong.
 * - reply.stale: the answer is not to this question; something in between kept an older one
 * - reply.order: rows of another kind, twice, or not in the order of their keys
 * - page.differs: the text received is not what Postgres summed up in the same snapshot
 * - whole.differs: all pages together are not what is stored, nothing was written meanwhile, and a second walk found the same
 */
export interface ProofFinding {
  code: 'reply.stale' | 'reply.order' | 'page.differs' | 'whole.differs';
  entity: SyncEntity;
  /** At most 20. Rows that were left out have no key that could be named. */
  keys: string[];
  message: string;
}

const KEYS_NAMED = 20;

type Row = RowsReply['rows'][number];
type Fault = Omit<ProofFinding, 'entity'>;
type PageQuestion = Omit<RowsQuestion, 'nonce'>;

/** Said of an answer that does not repeat the nonce of its question. */
export const STALE =
  'The answer is not to the question just asked. Something between here and the API kept an older one.';
const ORDER = 'The rows received are of another kind, doubled, or not in the order of their keys.';

/** Whether Postgres's own sum of a page is that of the rows that came. */
export const isSumOf = (page: RowsReply['page'], sum: DigestSum): boolean =>
  page.count === sum.count && page.digest === sum.hex();

/** A list in parts that one question for rows may ask for. */
export const inParts = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / KEYS_LIMIT) }, (_, part) =>
    items.slice(part * KEYS_LIMIT, (part + 1) * KEYS_LIMIT),
  );

/** Reads rows by key and adds up what came. `isRight` when it answers this question and is what Postgres added up. */
export async function readByKey(reader: Pick<Reader, 'rowsByKey'>, keys: string[]) {
  const { reply, isFresh } = await askFresh((nonce) => reader.rowsByKey({ keys, nonce }));
  const { sum } = await sumOf(reply.rows);
  return { reply, sum, isFresh, isRight: isFresh && isSumOf(reply.page, sum) };
}

/** What an answer to one question must be before a single row of it counts. */
function faultOf(reply: RowsReply, isFresh: boolean, { entity, after, whole }: PageQuestion): Fault | null {
  if (!isFresh || reply.entity !== entity || (whole && !reply.whole)) {
    return { code: 'reply.stale', keys: [], message: STALE };
  }
  // Keys are ASCII, so the order of code units is the byte order.
  const seen = new Set<string>();
  for (const keys of [reply.rows.map(({ key }) => key), reply.withheld]) {
    let last = after ?? '';
    for (const key of keys) {
      if (!RECORD_KEY[entity].test(key) || key <= last || seen.has(key)) {
        return { code: 'reply.order', keys: [key], message: ORDER };
      }
      seen.add(key);
      last = key;
    }
  }
  const { nextAfter } = reply;
  // A walk that is sent back, or nowhere, would never end.
  const last = lastKey(reply, after);
  if (nextAfter !== null && (nextAfter !== last || nextAfter === after)) {
    return { code: 'reply.order', keys: [nextAfter], message: ORDER };
  }
  return null;
}

/** The highest key of a page, or where the page began if it is empty. */
function lastKey({ rows, withheld }: RowsReply, after: string | null): string | null {
  const keys = [after, rows.at(-1)?.key, withheld.at(-1)].filter((key) => typeof key === 'string');
  return keys.sort().at(-1) ?? null;
}

/** Rows that stand in one of two lists alone, or with another text. */
function changedKeys(one: readonly Row[], other: readonly Row[]): string[] {
  const texts = new Map(other.map(({ key, text }) => [key, text]));
  const changed = one.filter(({ key, text }) => texts.get(key) !== text).map(({ key }) => key);
  const known = new Set(one.map(({ key }) => key));
  return [...changed, ...other.map(({ key }) => key).filter((key) => !known.has(key))];
}

/**
 * Which of these rows come otherwise when they are asked for by key, or not as Postgres sums them up then, by halving.
 * @param rows as they were received
 * @returns at least one key where there is such a row, and hardly more than 20
 */
export async function locate(reader: Reader, rows: readonly Row[], found: string[] = []): Promise<string[]> {
  for (const part of inParts(rows)) {
    if (found.length >= KEYS_NAMED) break;
    const keys = part.map(({ key }) => key);
    const { reply, isRight } = await readByKey(reader, keys);
    if (isRight) found.push(...changedKeys(part, reply.rows));
    else if (part.length === 1) found.push(...keys);
    else {
      const half = Math.ceil(part.length / 2);
      await locate(reader, part.slice(0, half), found);
      await locate(reader, part.slice(half), found);
    }
  }
  return found;
}

/** What is said of a page whose rows do not add up to its sum. It is asked for again, and may be right then. */
async function pageFault(reader: Reader, question: PageQuestion, { rows }: RowsReply): Promise<Fault> {
  const again = { ...question, whole: false };
  const { reply, isFresh } = await askFresh((nonce) => reader.rows({ ...again, nonce }));
  const isRight = !faultOf(reply, isFresh, again) && isSumOf(reply.page, (await sumOf(reply.rows)).sum);
  const found = isRight ? changedKeys(rows, reply.rows) : await locate(reader, rows);
  const message =
    found.length > 0
      ? 'The text received is not what Postgres stores: its own sum over these rows, made in the same snapshot, is another.'
      : `From ${rows[0]?.key ?? 'the first row'} to ${rows.at(-1)?.key ?? 'the last'} the sum that came along is not that of the rows that came. Asked for one by one, these rows are right.`;
  return { code: 'page.differs', keys: found.slice(0, KEYS_NAMED), message };
}

/**
 * - proven: what was received is what is stored, row for row
 * - pending: rows were written during the walk, so the whole was not compared; each page alone was
 * - differs: see the findings
 */
export interface EntityProof {
  entity: SyncEntity;
  state: 'proven' | 'pending' | 'differs';
  received: WholeSum;
  /** Null when the walk ended before the whole could be compared. */
  stored: WholeSum | null;
  asOf: string;
  findings: ProofFinding[];
}

/** How far a walk over one kind is. It may be kept and gone on with later. */
export class Walk {
  readonly entity: SyncEntity;
  after: string | null = null;
  sum = new DigestSum();
  withheld = 0;
  /** Of the first page's snapshot; says how far there is to go. */
  first: Pick<RowsReply, 'whole' | 'changesCursor' | 'asOf'> | null = null;
  isAtEnd = false;
  /** By what an earlier walk over the same rows missed the whole; null on the first. */
  missedBy: string | null = null;
  readonly digests: Map<string, string> | null;
  /** Kept with the digests: the keys of the rows whose text is not given. */
  readonly withheldKeys = new Set<string>();

  /** @param options.keepDigests to compare each row with another witness afterwards */
  constructor(entity: SyncEntity, { keepDigests = false } = {}) {
    this.entity = entity;
    this.digests = keepDigests ? new Map() : null;
  }

  get received(): WholeSum {
    return { count: this.sum.count, digest: this.sum.hex(), withheld: this.withheld };
  }

  /** Rows to go over, as the first page counted them. */
  get total(): number {
    const whole = this.first?.whole;
    return whole ? whole.count + whole.withheld : 0;
  }

  /** Takes a page that was found right, all of it at once: a walk never stands in the middle of one. */
  take(reply: RowsReply, digests: Uint8Array[], last: string | null): void {
    for (const [i, { key }] of reply.rows.entries()) {
      const digest = digests[i];
      if (!digest) continue;
      this.sum.add(digest);
      this.digests?.set(key, digestHex(digest));
    }
    if (this.digests) for (const key of reply.withheld) this.withheldKeys.add(key);
    this.withheld += reply.withheld.length;
    // Not its rows: they are somebody's data, and a walk may be kept for long.
    this.first ??= { whole: reply.whole, changesCursor: reply.changesCursor, asOf: reply.asOf };
    this.after = last;
    this.isAtEnd = reply.nextAfter === null;
  }

  restart(missedBy: string): void {
    this.after = null;
    this.sum = new DigestSum();
    this.withheld = 0;
    this.first = null;
    this.isAtEnd = false;
    this.missedBy = missedBy;
    this.digests?.clear();
    this.withheldKeys.clear();
  }
}

interface Options {
  signal?: AbortSignal | undefined;
  limit?: number;
  /** After each page. */
  onProgress?: (walk: Walk) => void;
}

const WALK_LIMIT = 1_000;

function concluded(walk: Walk, reply: RowsReply, state: EntityProof['state'], fault?: Fault): EntityProof {
  const { entity, received } = walk;
  const findings = fault ? [{ ...fault, entity }] : [];
  const stored = fault && fault.code !== 'whole.differs' ? null : reply.whole;
  return { entity, state, received, stored, asOf: reply.asOf, findings };
}

/**
 * Walks every page of one kind, or goes on where the walk was left. What seems to differ as a whole is walked a second time: the
 * change log does not tell yet of what was written while an older transaction is open.
 * @throws what the reader throws; the walk then stands at its last whole page
 */
export async function proveEntity(walk: Walk, reader: Reader, options: Options = {}): Promise<EntityProof> {
  const { signal, limit = WALK_LIMIT, onProgress } = options;
  for (;;) {
    signal?.throwIfAborted();
    const { entity, after } = walk;
    const whole = walk.first === null || walk.isAtEnd;
    const question = { entity, after, limit, whole };
    const { reply, isFresh } = await askFresh((nonce) => reader.rows({ ...question, nonce }));
    const fault = faultOf(reply, isFresh, question);
    if (fault) return concluded(walk, reply, 'differs', fault);
    const { digests, sum } = await sumOf(reply.rows);
    if (!isSumOf(reply.page, sum)) {
      return concluded(walk, reply, 'differs', await pageFault(reader, question, reply));
    }
    signal?.throwIfAborted();
    walk.take(reply, digests, lastKey(reply, after));
    onProgress?.(walk);
    if (!walk.isAtEnd || !reply.whole) continue;
    const proof = await conclude(walk, reply, reply.whole, reader);
    if (proof) return proof;
  }
}

/** Whether two sums are of the same rows. */
export const isSameSum = (one: WholeSum, other: WholeSum): boolean =>
  one.count === other.count && one.digest === other.digest && one.withheld === other.withheld;

/** @returns null when the walk has to be made once more */
async function conclude(walk: Walk, reply: RowsReply, stored: WholeSum, reader: Reader): Promise<EntityProof | null> {
  const { received, first, missedBy } = walk;
  if (isSameSum(received, stored)) return concluded(walk, reply, 'proven');
  const hasMoved =
    !first?.whole || !isSameSum(first.whole, stored) || (await reader.movedSince(first.changesCursor, walk.entity));
  if (hasMoved) return concluded(walk, reply, 'pending');
  const missing = `${stored.count - received.count}.${stored.withheld - received.withheld}.${digestDifference(received.digest, stored.digest)}`;
  if (missedBy === null) {
    walk.restart(missing);
    return null;
  }
  // A record that came and went unseen during both walks would be another one each time.
  if (missedBy !== missing) return concluded(walk, reply, 'pending');
  const message = `${received.count} rows were received and ${stored.count} are stored, with another sum, although nothing was written meanwhile. A second walk found the same.`;
  return concluded(walk, reply, 'differs', { code: 'whole.differs', keys: [], message });
}
