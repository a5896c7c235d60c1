import { effect } from '@preact/signals';
import type { SyncEntity } from '../../../shared/contract/record-key.ts';
import type { RowReply } from '../../../shared/contract/sync-report.ts';
import { askFresh } from '../../../shared/proof/fresh-answer.ts';
import type { Reader } from '../../../shared/proof/table-proof.ts';
import { inParts, locate, readByKey, STALE } from '../../../shared/proof/table-proof.ts';
import type { Api } from '../../platform/api/api.ts';
import { createOrdersApi } from '../../platform/api/orders-api.ts';
import { createUsersApi } from '../../platform/api/users-api.ts';
import type { CheckedWorkspace } from '../checked-workspace.ts';
import { isExplained, isSame, storedValue } from './explain.ts';

/** A record as this view has it, and up to where the view had heard of changes then. */
interface ScreenRecord {
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

export interface ScreenComparison {
  /** Of the records that it is about. */
  keys: string[];
  /** Records whose stored text says what the screen says. */
  compared: number;
  /** Rows that hold a secret: their text is never sent, so they are not checked. */
  withheld: number;
  /** Keys of records that were written meanwhile, as the change log tells. */
  pending: string[];
  /** Each reply of raw rows: Postgres's own sum over them, and ours over the text received. */
  pages: { asOf: string; changesCursor: string; count: number; received: string; stored: string }[];
  findings: ScreenFinding[];
}

interface Options {
  workspace: Pick<CheckedWorkspace, 'leads' | 'live' | 'closed'>;
  api: Api;
  reader: Reader;
  row(key: string, nonce: string): Promise<RowReply>;
  /** After each reply: records compared, of how many. */
  onProgress(done: number, total: number): void;
}

/** As many users and orders as their lists show first. */
const FIRST_PAGE = 20;
/** Rows whose log is asked for one by one; when more differ, what these show is true of the rest or is told next time. */
const LOOKED_UP = 20;
/** How often, and how far apart, records that were just written are compared again before the check ends. */
const AGAIN = 4;
const AGAIN_AFTER_MS = 400;

const WORDS = {
  odd: 'The rows received are not those that were asked for, each once.',
  tampered:
    'The text received is not what Postgres stores: its own sum over these rows, made in the same snapshot, is another.',
  once: 'The text received was not what Postgres stores. Asked again, it was.',
  differs: 'The screen has another value than the table, and the change log does not say that anybody changed it.',
  missing: 'The screen has this record, the table does not, and the change log does not say that anybody deleted it.',
  emptied: 'The whole table was emptied past the API (TRUNCATE): the change log says so.',
};

/** Waits until the list of leads has been read from its beginning. */
function listed({ leads, closed }: Options['workspace']): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (leads.loading.value === 'first' && !closed.aborted) return;
      resolve();
      // An effect cannot end itself while it runs for the first time.
      queueMicrotask(() => stop());
    });
  });
}

/**
 * Every lead that the list has as it has it now, and the newest users and orders as their lists would show them.
 * @throws Failure
 */
async function readScreen({ workspace, api }: Options): Promise<ScreenRecord[]> {
  const { leads, live, closed } = workspace;
  await listed(workspace);
  if (leads.failure.value) await leads.load();
  if (leads.failure.value) throw leads.failure.value;
  const heardUpTo = live.heardUpTo();
  const shown = leads.rows.value;
  const [users, orders] = await Promise.all([
    createUsersApi(api).list({ limit: FIRST_PAGE }, closed),
    createOrdersApi(api).list({ limit: FIRST_PAGE }, closed),
  ]);
  return [
    ...shown.map((lead) => ({ key: `lead:${lead.id}`, record: lead, heardUpTo })),
    ...users.rows.map((user) => ({ key: `user:${user.id}`, record: user, heardUpTo: users.changesCursor })),
    // The next steps are the API's word, not the row's.
    ...orders.rows.map(({ nextStatuses: _, ...order }) => ({
      key: `order:${order.id}`,
      record: order,
      heardUpTo: orders.changesCursor,
    })),
  ];
}

const ENTITIES: Record<string, SyncEntity> = { lead: 'leads', user: 'users', order: 'orders' };

const found = (code: ScreenFinding['code'], keys: string[], message: string): ScreenFinding => ({
  code,
  entity: ENTITIES[keys[0]?.split(':')[0] ?? ''] ?? 'leads',
  count: keys.length,
  keys: keys.slice(0, LOOKED_UP),
  message,
});

/** What the row and its log, read in one snapshot, say of a record that was not found as the screen has it. */
async function judge({ key, record, heardUpTo }: ScreenRecord, { row }: Options): Promise<ScreenFinding | null> {
  const { reply, isFresh } = await askFresh((nonce) => row(key, nonce));
  if (!isFresh || reply.key !== key) return found('reply.stale', [key], STALE);
  const text = reply.row === null ? undefined : reply.row.text;
  // Withheld by now: somebody has just written a secret into it, and nothing more can be said.
  if (text === null) return null;
  const stored = text === undefined ? undefined : storedValue(text);
  if (isSame(record, stored) || isExplained({ shown: record, stored, log: reply.log, heardUpTo })) return null;
  if (stored !== undefined) return found('screen.differs', [key], WORDS.differs);
  const isEmptied = reply.log[0]?.operation === 'truncate';
  return found('screen.missing', [key], isEmptied ? WORDS.emptied : WORDS.missing);
}

/** One finding for each code and kind of record. */
function gathered(findings: readonly ScreenFinding[]): ScreenFinding[] {
  const groups = Map.groupBy(findings, ({ code, entity, message }) => `${code} ${entity} ${message}`);
  return [...groups.values()].flatMap(([first, ...more]) =>
    first
      ? found(
          first.code,
          [first, ...more].flatMap(({ keys }) => keys),
          first.message,
        )
      : [],
  );
}

/** Reads records again as the text that is stored, hashes what it received, and compares sum and records. @throws Failure */
async function compare(records: readonly ScreenRecord[], options: Options): Promise<ScreenComparison> {
  const { reader, workspace, onProgress } = options;
  const result: ScreenComparison = {
    ...{ keys: records.map(({ key }) => key), compared: 0, withheld: 0, pending: [], pages: [], findings: [] },
  };
  const suspects: ScreenRecord[] = [];
  let done = 0;
  for (const part of inParts(records)) {
    workspace.closed.throwIfAborted();
    const keys = part.map(({ key }) => key);
    const { reply, sum, isFresh, isRight } = await readByKey(reader, keys);
    const { asOf, changesCursor, page } = reply;
    result.pages.push({ asOf, changesCursor, count: sum.count, received: sum.hex(), stored: page.digest });
    // What an answer must be before a single row of it counts.
    const fault = (code: ScreenFinding['code'], message: string, at = keys.slice(0, 1)) => ({
      ...result,
      findings: [found(code, at, message)],
    });
    if (!isFresh) return fault('reply.stale', STALE);
    const given = [...reply.rows.map(({ key }) => key), ...reply.withheld, ...reply.missing];
    if (given.length !== keys.length || new Set([...given, ...keys]).size !== keys.length) {
      return fault('reply.order', WORDS.odd);
    }
    if (!isRight) {
      const located = await locate(reader, reply.rows);
      return located.length > 0 ? fault('page.differs', WORDS.tampered, located) : fault('page.differs', WORDS.once);
    }
    const texts = new Map(reply.rows.map(({ key, text }) => [key, text]));
    for (const one of part) {
      const text = texts.get(one.key);
      if (text !== undefined && isSame(one.record, storedValue(text))) result.compared++;
      else if (reply.withheld.includes(one.key)) result.withheld++;
      else suspects.push(one);
    }
    done += part.length;
    onProgress(done, records.length);
  }
  const judged = await Promise.all(suspects.slice(0, LOOKED_UP).map((one) => judge(one, options)));
  const faulty = new Set(judged.flatMap((finding) => finding?.keys ?? []));
  result.findings = gathered(judged.filter((finding) => finding !== null));
  result.pending = suspects.map(({ key }) => key).filter((key) => !faulty.has(key));
  return result;
}

/** @throws the reason of the signal, as soon as it aborts */
async function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, AGAIN_AFTER_MS);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  await promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
}

/**
 * Compares what is on the screen with what is stored. Records that somebody has just written are read by the feed, and then
 * compared again.
 * @throws Failure
 */
export async function compareScreen(options: Options): Promise<ScreenComparison> {
  const { live, closed } = options.workspace;
  let result = await compare(await readScreen(options), options);
  for (let turn = 0; turn < AGAIN && result.pending.length > 0 && result.findings.length === 0; turn++) {
    if (turn > 0) await pause(closed);
    await live.poll(closed);
    const pending = new Set(result.pending);
    const again = await compare(
      (await readScreen(options)).filter(({ key }) => pending.has(key)),
      options,
    );
    result = {
      ...again,
      keys: result.keys,
      compared: result.compared + again.compared,
      withheld: result.withheld + again.withheld,
      pages: [...result.pages, ...again.pages],
    };
  }
  return result;
}
