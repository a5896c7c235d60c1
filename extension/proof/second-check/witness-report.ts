import type { SyncEntity } from '../../../shared/contract/sync-report.ts';
import { countOf } from '../../ui/content/number-format.ts';

/** As many as a report names of each kind. */
export const KEYS_NAMED = 20;

/** The first 20 of `total` keys. */
export interface NamedKeys {
  total: number;
  keys: string[];
}

/** One row as both show it; null where a side has none. */
interface DifferentRow {
  key: string;
  ours: string | null;
  theirs: string | null;
}

/**
 * What came of comparing our API's answers with the table itself, row by row.
 * - agree: every row that both may show is the same
 * - pending: rows moved while they were compared; compare again
 * - differ: rows stayed different when both sides were read again
 */
export interface WitnessReport {
  /** Null for a comparison of single keys. */
  entity: SyncEntity | null;
  state: 'agree' | 'pending' | 'differ';
  /** Compared and equal. */
  rows: number;
  /** Shown by our API alone, and by the table alone. */
  onlyOurs: NamedKeys;
  onlyTheirs: NamedKeys;
  /** Shown by both with another text; the first 20 of `total`. */
  different: { total: number; rows: DifferentRow[] };
  /** On neither side; of single keys only. */
  missing: NamedKeys;
  /** Not compared: the row holds a secret, and neither side shows its text. */
  withheld: NamedKeys;
  /** Not compared: the row changed each time it was read. */
  moving: NamedKeys;
  /** Of the rows that differ, those that were not read again, because there are so many. */
  notReadAgain: number;
  /** What it means and what to do, in a sentence; null when they agree. */
  message: string | null;
}

const named = (): NamedKeys => ({ total: 0, keys: [] });

/** Counts a key, and names it if it is one of the first. */
export function name(list: NamedKeys, key: string): void {
  list.total++;
  if (list.keys.length < KEYS_NAMED) list.keys.push(key);
}

/** Of a comparison in which nothing has been compared yet. @param entity null for single keys */
export function newReport(entity: SyncEntity | null): WitnessReport {
  return {
    entity,
    state: 'agree',
    rows: 0,
    onlyOurs: named(),
    onlyTheirs: named(),
    different: { total: 0, rows: [] },
    missing: named(),
    withheld: named(),
    moving: named(),
    notReadAgain: 0,
    message: null,
  };
}

/** What is left unequal, in words. Row level security that hides and another database look alike from here. */
export function conclude(report: WitnessReport, table: string): WitnessReport {
  const { onlyOurs, onlyTheirs, different, moving, notReadAgain, rows } = report;
  if (onlyOurs.total + onlyTheirs.total + different.total === 0) {
    if (moving.total + notReadAgain === 0) return report;
    report.state = 'pending';
    report.message = 'Rows changed while they were compared. Compare again.';
    return report;
  }
  report.state = 'differ';
  const amount = (count: number) => `${notReadAgain > 0 ? 'at least ' : ''}${countOf(count, 'row')}`;
  const isHiding = onlyTheirs.total + different.total === 0;
  if (isHiding && rows === 0) {
    report.message = `Supabase shows you no row of ${table}, our API shows ${amount(onlyOurs.total)}. Row level security hides them (the policy crm_readers is missing: run \`npm run migrate\`), or the API works on another database.`;
  } else if (isHiding) {
    report.message = `Supabase does not show you ${amount(onlyOurs.total)} that our API shows; all others are equal. A policy of the table may hide them: run \`npm run migrate\`, then compare again.`;
  } else if (rows === 0) {
    report.message =
      'No row is the same on both sides. The API works on another database than the project you signed in to, or something in between changes its answers.';
  } else {
    report.message = `Our API and Supabase show ${amount(onlyOurs.total + onlyTheirs.total + different.total)} differently. Trust the table; something between it and you changes answers, or the API works on a copy.`;
  }
  return report;
}
