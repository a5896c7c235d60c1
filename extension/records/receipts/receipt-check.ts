import type { Change } from '../../../shared/contract/changes.ts';
import { ROW_LOG_LIMIT } from '../../../shared/contract/limits.ts';
import type { Receipt } from '../../../shared/contract/receipt.ts';
import { HELD_ID } from '../../../shared/contract/record-key.ts';
import type { RowReply } from '../../../shared/contract/sync-report.ts';
import { digestHex, rowDigest } from '../../../shared/proof/digest.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';
import type { SyncApi } from '../../platform/api/sync-api.ts';
import { isRestored, transactionOf } from './change-transaction.ts';
import type { Claim } from './receipt-text.ts';
import { undo } from './undo-log.ts';

/**
 * - unchanged: stored exactly as the receipt says
 * - stored: there, and as Postgres hashes it; nobody has kept a receipt, so no more can be said
 * - changed: another text than the receipt's, and the change log says who did it
 * - changed past the log: another text, and the log does not explain it
 * - another receipt: the row is as it was acknowledged, and what was pasted is not what was given
 * - deleted: the log says by whom
 * - deleted past the log: the log has it stored, nobody deleted it, and it is not there
 * - never stored here
 * - held: waits for review; `released`: it did, and somebody decided
 * - withheld: the row holds a secret, so its text is not sent and nothing was compared
 * - tampered: the text that came is not what Postgres hashed
 * - stale: the answer is to another question
 * - failed: no answer
 */
type Outcome =
  | 'unchanged'
  | 'stored'
  | 'changed'
  | 'changed past the log'
  | 'another receipt'
  | 'deleted'
  | 'deleted past the log'
  | 'never stored here'
  | 'held'
  | 'released'
  | 'withheld'
  | 'tampered'
  | 'stale'
  | 'failed';

export interface Verdict {
  outcome: Outcome;
  /** Whether the row was compared with its receipt and is as it was acknowledged, or became what it is as the log tells. */
  isAcknowledged: boolean;
  tone: 'good' | 'info' | 'warning' | 'danger';
  title: string;
  detail: string;
  key: string;
  /** Of the text that came, as this browser hashes it; null when none came. */
  digest: string | null;
  /** The stored text itself, for whoever compares it with what is on the screen. */
  text: string | null;
  storedAt: string | null;
  /** When the row became what it is, and by which transaction, as the log tells; null when it does not. */
  writtenAt: string | null;
  transactionId: string | null;
  /** Up to where the log was read; null when it has nothing. */
  upTo: string | null;
  /** What the log tells of the time since, newest first. */
  since: readonly Change[];
  asOf: string | null;
  failure: Failure | null;
}

const entries = (count: number) => (count === 1 ? 'the 1 change' : `the ${count} changes`);
const isEnd = ({ operation }: Change) => operation === 'delete' || operation === 'truncate';

/** What the log says of the stay that a claim is about: its insert, and all that came later. */
function storyOf({ log }: RowReply, { transactionId }: Claim) {
  const inserts = log.filter(({ operation }) => operation === 'insert');
  const insert = inserts.find((entry) => transactionOf(entry) === transactionId) ?? null;
  const isWhole = log.length < ROW_LOG_LIMIT;
  const isOthers = transactionId !== undefined && !insert && isWhole && inserts.length > 0;
  const isOfDump = isOthers && inserts.some(isRestored);
  // Without a receipt it is the row as it stands now that counts, with one the row as it was first.
  const begin = insert ?? (transactionId === undefined ? inserts[0] : inserts.at(-1)) ?? null;
  return {
    begin,
    since: begin ? log.slice(0, log.indexOf(begin)) : log,
    isOthers: isOthers && !isOfDump,
    isRestored: isOfDump,
  };
}
type Story = ReturnType<typeof storyOf>;
type Words = Pick<Verdict, 'outcome' | 'tone' | 'title' | 'detail'> & Partial<Pick<Verdict, 'isAcknowledged'>>;

const neverStored = (detail: string): Words => ({
  outcome: 'never stored here',
  tone: 'danger',
  title: 'Never stored here',
  detail,
});
const pastTheLog = (detail: string): Words => ({
  outcome: 'changed past the log',
  tone: 'danger',
  title: 'Changed past the change log',
  detail,
});

const goneUntold = (detail: string): Words => ({
  outcome: 'deleted past the log',
  tone: 'danger',
  title: 'Gone, past the change log',
  detail,
});

function judgeAbsence(reply: RowReply, claim: Claim, { begin, isOthers }: Story): Words {
  if (HELD_ID.test(claim.key)) {
    if (!reply.held) {
      return {
        outcome: 'released',
        tone: 'info',
        title: 'No longer held',
        detail:
          'Somebody has released this submission, which gave it a lead and a receipt of its own, or has deleted it. Held submissions are not in the change log.',
      };
    }
    const detail =
      'It is stored, but no lead until somebody releases it under Leads. Held submissions are not compared.';
    return { outcome: 'held', tone: 'info', title: 'Waits for review', detail };
  }
  if (reply.log.length === 0 && reply.receipt) {
    return goneUntold(
      'The database kept the receipt of this lead, but there is no row and no entry in the change log.',
    );
  }
  if (reply.log.length === 0) {
    return neverStored('There is no row with this key, and no entry in the change log. Is this the right connection?');
  }
  if (isOthers) return neverStored('There is no row, and the change log has this key stored by another transaction.');
  const [last] = reply.log;
  if (last && isEnd(last)) {
    return {
      outcome: 'deleted',
      tone: 'warning',
      title: 'Deleted',
      detail:
        last.operation === 'truncate'
          ? 'It was stored; later the whole table was emptied, as the change log says.'
          : 'It was stored, and later deleted, as the change log says. What it said was erased with it.',
    };
  }
  return goneUntold(
    begin
      ? 'The change log has it stored and nobody deleting it, but there is no row: it was removed with the triggers off, or the table was restored.'
      : 'The change log knows this row, but there is none: it was removed with the triggers off.',
  );
}

/** Whether the log explains how the text came to be another than it was. */
async function judgeChange(text: string, claim: Claim, { begin, since }: Story): Promise<Words> {
  if (since.length === 0) {
    return pastTheLog(
      'The stored text is not that of the receipt, and the change log has no change since: somebody changed it with the triggers off, or this receipt is not as it was given.',
    );
  }
  const undone = undo(text, since);
  if (undone.state === 'contradicted') {
    return pastTheLog(`${undone.field} does not hold what the change log says was written there last.`);
  }
  const changed = { outcome: 'changed', tone: 'warning', title: 'Changed since' } as const;
  if (undone.state === 'unknown' || !begin) {
    const detail = `The change log tells of ${entries(since.length)} since. Whether that explains all of it was not checked: the log does not go far enough.`;
    return { ...changed, detail };
  }
  if (digestHex(await rowDigest(claim.key, undone.text)) !== claim.digest) {
    return pastTheLog(
      `Taking ${entries(since.length)} of the log back does not give the text of the receipt: something was changed with the triggers off as well.`,
    );
  }
  const detail = `Taking ${entries(since.length)} of the log back gives exactly the text of the receipt.`;
  return { ...changed, detail, isAcknowledged: true };
}

/** Without a receipt: whether the row holds what the log says was written last. */
function judgeUnclaimed(text: string, { since }: Story): Words {
  const end = since.findIndex(({ operation }) => operation !== 'update');
  const updates = end < 0 ? since : since.slice(0, end);
  const undone = undo(text, updates);
  if (undone.state === 'contradicted') {
    return pastTheLog(`${undone.field} does not hold what the change log says was written there last.`);
  }
  const detail = 'What was first acknowledged is not known, so only the text was compared.';
  return { outcome: 'stored', tone: 'info', title: 'Stored', detail };
}

type Row = { text: string; storedAt: string | null };

async function judgePresence(row: Row, digest: string, claim: Claim, at: Story): Promise<Words> {
  if (at.isOthers) return neverStored('This key is stored, but by another transaction than the receipt names.');
  if (claim.digest === undefined) return judgeUnclaimed(row.text, at);
  if (claim.digest !== digest) return judgeChange(row.text, claim, at);
  if (
    claim.storedAt !== undefined &&
    row.storedAt !== null &&
    Date.parse(claim.storedAt) !== Date.parse(row.storedAt)
  ) {
    return pastTheLog('The text is that of the receipt, but the row was stored at another time than it says.');
  }
  const log = at.isRestored
    ? 'The database was restored from a dump since, which made its transaction ids others.'
    : !at.begin
      ? 'The change log has no entry that it was stored, so its transaction was not checked.'
      : at.since.length > 0
        ? `It was changed and put back meanwhile: ${entries(at.since.length)} of the log.`
        : 'The change log has it stored by the transaction that the receipt names, and no change since.';
  return {
    outcome: 'unchanged',
    tone: at.begin ? 'good' : 'warning',
    title: 'Stored exactly as the receipt says',
    isAcknowledged: true,
    detail: `The same text by three digests: the receipt's, Postgres's and this browser's. ${log}`,
  };
}

const RECEIPT_WORDS = { digest: 'digest', storedAt: 'time', transactionId: 'transaction' } as const;

/** Which part of a pasted receipt is not that of the receipt that was given; null when all are. */
function otherPart(claim: Claim, kept: Receipt): string | null {
  if (claim.digest === undefined) return null;
  if (claim.digest !== kept.digest) return RECEIPT_WORDS.digest;
  if (claim.transactionId !== kept.transactionId) return RECEIPT_WORDS.transactionId;
  return Date.parse(claim.storedAt ?? '') === Date.parse(kept.storedAt) ? null : RECEIPT_WORDS.storedAt;
}

/** With the receipt that the database has kept: it tells an altered receipt from an altered row, and needs none to be pasted. */
async function judgeByKept(row: Row, digest: string, claim: Claim, reply: RowReply, kept: Receipt): Promise<Words> {
  const words = await judgePresence(row, digest, kept, storyOf(reply, kept));
  const other = otherPart(claim, kept);
  if (!words.isAcknowledged) return words;
  if (other !== null) {
    return {
      ...{ outcome: 'another receipt', tone: 'warning', title: 'Not the receipt of this lead' },
      detail: `The row is as it was acknowledged, the pasted ${other} is another.`,
    };
  }
  return claim.digest === undefined ? { ...words, tone: 'good', title: 'Verified, as it was acknowledged' } : words;
}

async function judge(reply: RowReply, claim: Claim, nonce: string): Promise<Verdict> {
  const { row, log, asOf } = reply;
  const kept = reply.receipt?.key === claim.key ? reply.receipt : null;
  const story = storyOf(reply, kept ?? claim);
  const base = {
    isAcknowledged: false,
    upTo: log[0]?.cursor ?? null,
    key: claim.key,
    digest: null,
    text: null,
    storedAt: row?.storedAt ?? null,
    asOf,
    failure: null,
  };
  const lastWrite = log.find(({ operation }) => operation !== 'truncate') ?? null;
  const transactionId = lastWrite && !isRestored(lastWrite) ? transactionOf(lastWrite) : null;
  const told = { ...base, writtenAt: lastWrite?.at ?? null, transactionId, since: story.since };
  if (reply.nonce !== nonce || reply.key !== claim.key) {
    return {
      ...{ ...base, storedAt: null, writtenAt: null, transactionId: null, since: [], asOf: null },
      ...{ outcome: 'stale', tone: 'danger', title: 'The answer is not to this question' },
      detail: 'Something between here and the API kept an older answer or gave another one, so nothing was compared.',
    };
  }
  if (!row) return { ...told, ...judgeAbsence(reply, claim, story) };
  if (row.text === null || row.digest === null) {
    return {
      ...told,
      ...{ outcome: 'withheld', tone: 'info', title: 'Not checked' },
      detail: 'The row holds a secret of an older install, such as a password hash: its text never leaves the API.',
    };
  }
  const digest = digestHex(await rowDigest(claim.key, row.text));
  const received = { ...told, digest, text: row.text };
  if (digest !== row.digest) {
    return {
      ...received,
      ...{ outcome: 'tampered', tone: 'danger', title: 'What came is not what is stored' },
      detail:
        'The text that came here has another digest than the text that Postgres hashed: something between here and Postgres changed one of the two.',
    };
  }
  const stored = { ...row, text: row.text };
  const words = kept ? judgeByKept(stored, digest, claim, reply, kept) : judgePresence(stored, digest, claim, story);
  return { ...received, ...(await words) };
}

/**
 * Reads a row again by its key and compares it with a receipt: the text is hashed here, and that digest is compared with the
 * receipt's and with Postgres's own. Nothing is assumed: what was not compared says so.
 * @param claim with the digest and the transaction id when there is a receipt
 * @throws the reason of `signal` when it was aborted; every other failure is a verdict
 */
export async function verify(sync: Pick<SyncApi, 'row'>, claim: Claim, signal?: AbortSignal): Promise<Verdict> {
  const nonce = crypto.randomUUID();
  try {
    return await judge(await sync.row(claim.key, nonce, signal), claim, nonce);
  } catch (error) {
    signal?.throwIfAborted();
    const failure = asFailure(error);
    const isViewer = failure.code === 'forbidden';
    const detail = isViewer ? 'Reading rows as they are stored needs the role admin.' : failure.message;
    return {
      ...{ outcome: 'failed', tone: isViewer ? 'info' : 'warning', title: 'Not checked', detail, failure },
      ...{ key: claim.key, digest: null, text: null, storedAt: null, writtenAt: null, transactionId: null },
      ...{ since: [], asOf: null, upTo: null, isAcknowledged: false },
    };
  }
}
