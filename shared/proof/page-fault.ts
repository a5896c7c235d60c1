import { RECORD_KEY } from '../contract/record-key.ts';
import type { RowsReply } from '../contract/sync-report.ts';
import { type DigestSum, sumOf } from './digest.ts';
import { askFresh } from './fresh-answer.ts';
import type { ProofFinding, Reader, RowsQuestion } from './table-proof.ts';

const KEYS_NAMED = 20;
/** Of one question for rows by their keys (`rowsByKeyBody`). */
const KEYS_ASKED = 200;

type Row = RowsReply['rows'][number];
type PageQuestion = Omit<RowsQuestion, 'nonce'>;
export type Fault = Omit<ProofFinding, 'entity'>;

/** Said of an answer that does not repeat the nonce of its question. */
export const STALE =
  'The answer is not to the question just asked. Something between here and the API kept an older one.';
const ORDER = 'The rows received are of another kind, doubled, or not in the order of their keys.';

/** Whether Postgres's own sum of a page is that of the rows that came. */
export const isSumOf = (page: RowsReply['page'], sum: DigestSum): boolean =>
  page.count === sum.count && page.digest === sum.hex();

/** A list in parts that one question for rows may ask for. */
export const inParts = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / KEYS_ASKED) }, (_, part) =>
    items.slice(part * KEYS_ASKED, (part + 1) * KEYS_ASKED),
  );

/** Reads rows by key and adds up what came. `isRight` when it answers this question and is what Postgres added up. */
export async function readByKey(reader: Pick<Reader, 'rowsByKey'>, keys: string[]) {
  const { reply, isFresh } = await askFresh((nonce) => reader.rowsByKey({ keys, nonce }));
  const { sum } = await sumOf(reply.rows);
  return { reply, sum, isFresh, isRight: isFresh && isSumOf(reply.page, sum) };
}

/** What an answer to one question must be before a single row of it counts. */
export function faultOf(reply: RowsReply, isFresh: boolean, { entity, after, whole }: PageQuestion): Fault | null {
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
export function lastKey({ rows, withheld }: RowsReply, after: string | null): string | null {
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
export async function pageFault(reader: Reader, question: PageQuestion, { rows }: RowsReply): Promise<Fault> {
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
