import type { RowReply, RowsByKeyReply, SyncEntity } from '../../../shared/contract/sync-report.ts';
import { type DigestSum, sumOf } from '../../../shared/proof/digest.ts';
import { isSumOf, locate, STALE } from '../../../shared/proof/page-fault.ts';
import type { Reader } from '../../../shared/proof/table-proof.ts';
import { isExplained, isSame, storedValue } from './sync-explain.ts';

/** A record as this view has it, and up to where the view had heard of changes then. */
export interface ScreenRecord {
  key: string;
  record: object;
  heardUpTo: string | null;
}

/**
 * What is wrong with what the screen has.
 * - screen.differs: the record is not what is stored, and the change log does not say why
 * - screen.missing: nothing is stored there, and the log knows of no deletion
 * - reply.stale, reply.order, page.differs: as in shared/proof/table-proof.ts
 */
export interface ScreenFinding {
  code: 'screen.differs' | 'screen.missing' | 'reply.stale' | 'reply.order' | 'page.differs';
  entity: SyncEntity;
  count: number;
  keys: string[];
  message: string;
}

/** One reply of raw rows: Postgres's own sum over them, and ours over the text received, made in this browser. */
interface ComparedPage {
  asOf: string;
  /** Of the change feed, in that snapshot. */
  changesCursor: string;
  count: number;
  received: string;
  stored: string;
}

export interface ScreenComparison {
  /** Records whose stored text says what the screen says. */
  compared: number;
  /** Rows that hold a secret: their text is never sent, so they are not checked. */
  withheld: number;
  /** Keys of records that were written meanwhile, as the change log tells. */
  pending: string[];
  pages: ComparedPage[];
  findings: ScreenFinding[];
}

interface Options {
  reader: Reader;
  row(key: string, nonce: string): Promise<RowReply>;
  signal?: AbortSignal;
  onProgress?(done: number): void;
}

const KEYS_PER_CALL = 200;
/** Rows whose log is asked for one by one; when more differ, what these show is true of the rest or is told next time. */
const LOOKED_UP = 20;

const ENTITIES: Record<string, SyncEntity> = { lead: 'leads', user: 'users', order: 'orders' };
const entityOf = (key: string): SyncEntity => ENTITIES[key.slice(0, key.indexOf(':'))] ?? 'leads';

const ODD = 'The rows received are not those that were asked for, each once.';
const TAMPERED =
  'The text received is not what Postgres stores: its own sum over these rows, made in the same snapshot, is another.';
const ONCE = 'The text received was not what Postgres stores. Asked again, it was.';
const DIFFERS = 'The screen has another value than the table, and the change log does not say that anybody changed it.';
const MISSING =
  'The screen has this record, the table does not, and the change log does not say that anybody deleted it.';
const EMPTIED = 'The whole table was emptied past the API (TRUNCATE): the change log says so.';

const found = (code: ScreenFinding['code'], keys: string[], message: string): ScreenFinding => ({
  code,
  entity: entityOf(keys[0] ?? ''),
  count: keys.length,
  keys: keys.slice(0, LOOKED_UP),
  message,
});

/** What an answer must be before a single row of it counts. */
async function faultOf(
  reply: RowsByKeyReply,
  { asked, nonce, sum, reader }: { asked: string[]; nonce: string; sum: DigestSum; reader: Options['reader'] },
): Promise<ScreenFinding | null> {
  if (reply.nonce !== nonce) return found('reply.stale', asked.slice(0, 1), STALE);
  const given = [...reply.rows.map(({ key }) => key), ...reply.withheld, ...reply.missing];
  if (given.length !== asked.length || new Set([...given, ...asked]).size !== asked.length) {
    return found('reply.order', asked.slice(0, 1), ODD);
  }
  if (isSumOf(reply.page, sum)) return null;
  const located = await locate(reader, reply.rows);
  return located.length > 0 ? found('page.differs', located, TAMPERED) : found('page.differs', asked.slice(0, 1), ONCE);
}

/** What the row and its log, read in one snapshot, say of a record that was not found as the screen has it. */
async function judge({ key, record, heardUpTo }: ScreenRecord, { row }: Options): Promise<ScreenFinding | null> {
  const nonce = crypto.randomUUID();
  const reply = await row(key, nonce);
  if (reply.nonce !== nonce || reply.key !== key) return found('reply.stale', [key], STALE);
  const text = reply.row === null ? undefined : reply.row.text;
  // Withheld by now: somebody has just written a secret into it, and nothing more can be said.
  if (text === null) return null;
  const stored = text === undefined ? undefined : storedValue(text);
  if (isSame(record, stored) || isExplained({ shown: record, stored, log: reply.log, heardUpTo })) return null;
  if (stored !== undefined) return found('screen.differs', [key], DIFFERS);
  const isEmptied = reply.log[0]?.operation === 'truncate';
  return found('screen.missing', [key], isEmptied ? EMPTIED : MISSING);
}

/** One finding for each code and kind of record. */
function gathered(findings: readonly ScreenFinding[]): ScreenFinding[] {
  const groups = Map.groupBy(findings, ({ code, entity, message }) => `${code} ${entity} ${message}`);
  return [...groups.values()].flatMap(([first, ...more]) => {
    if (!first) return [];
    const keys = [first, ...more].flatMap((one) => one.keys);
    return { ...first, count: keys.length, keys: keys.slice(0, LOOKED_UP) };
  });
}

/**
 * Reads again, as the text that is stored, what the screen has; hashes what it received; and compares sum and records.
 * @throws Failure
 */
export async function compareScreen(records: readonly ScreenRecord[], options: Options): Promise<ScreenComparison> {
  const { reader, signal, onProgress } = options;
  const result: ScreenComparison = { compared: 0, withheld: 0, pending: [], pages: [], findings: [] };
  const suspects: ScreenRecord[] = [];
  for (let at = 0; at < records.length; at += KEYS_PER_CALL) {
    signal?.throwIfAborted();
    const part = records.slice(at, at + KEYS_PER_CALL);
    const keys = part.map(({ key }) => key);
    const nonce = crypto.randomUUID();
    const reply = await reader.rowsByKey({ keys, nonce });
    const { sum } = await sumOf(reply.rows);
    result.pages.push({
      asOf: reply.asOf,
      changesCursor: reply.changesCursor,
      count: sum.count,
      received: sum.hex(),
      stored: reply.page.digest,
    });
    const fault = await faultOf(reply, { asked: keys, nonce, sum, reader });
    if (fault) return { ...result, findings: [fault] };
    const texts = new Map(reply.rows.map(({ key, text }) => [key, text]));
    const withheld = new Set(reply.withheld);
    for (const one of part) {
      const text = texts.get(one.key);
      if (text !== undefined && isSame(one.record, storedValue(text))) result.compared++;
      else if (withheld.has(one.key)) result.withheld++;
      else suspects.push(one);
    }
    onProgress?.(at + part.length);
  }
  const judged = await Promise.all(suspects.slice(0, LOOKED_UP).map((one) => judge(one, options)));
  const faulty = new Set(judged.flatMap((finding) => finding?.keys ?? []));
  result.findings = gathered(judged.filter((finding) => finding !== null));
  result.pending = suspects.map(({ key }) => key).filter((key) => !faulty.has(key));
  return result;
}
