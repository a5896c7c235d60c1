import Papa from 'papaparse';
import type { Lead } from '../../shared/contract/lead.ts';
import { PAGE_LIMIT } from '../../shared/contract/limits.ts';
import { isChangeOf } from '../../shared/proof/has-changed.ts';
import type { Crm, LeadsPage, LeadsQuery } from '../platform/api/crm.ts';
import { Failure } from '../platform/api/failure.ts';
import type { Live } from '../platform/workspace/live.ts';

/** Columns in the order people read them; what else a lead carries follows as columns of its own. */
const FIRST = [
  'id',
  'createdAt',
  'status',
  'source',
  'name',
  'email',
  'phone',
  'message',
  'interests',
  'budget',
  'roomType',
  'notes',
  'assignedTo',
];

/**
 * A spreadsheet runs cells that begin so (OWASP, CSV Injection): they get an apostrophe in front. One that already begins with
 * an apostrophe gets one too, so that taking one away always gives the stored text.
 */
const RISKY = /^[=+\-@\t\r\n'＝＋－＠]/;

const cell = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return RISKY.test(text) ? `'${text}` : text;
};

/** Leads as CSV (RFC 4180) with a header line, for spreadsheets. Values that are no text are written as JSON. */
export function leadsToCsv(leads: readonly Lead[]): string {
  const others = new Set(leads.flatMap((lead) => Object.keys(lead)));
  const columns = [...FIRST, ...[...others].filter((name) => !FIRST.includes(name)).sort()];
  // Column names are somebody else's text as well; `__proto__` is one that every object has.
  const own = (lead: Lead, name: string) => (Object.hasOwn(lead, name) ? lead[name] : undefined);
  return Papa.unparse({
    fields: columns.map(cell),
    data: leads.map((lead) => columns.map((name) => cell(own(lead, name)))),
  });
}

interface Source {
  crm: Crm;
  live: Live;
  signal: AbortSignal;
}

/** Keys of the leads that the feed names after a cursor, by the cursor of each change. */
async function changesSince({ crm, live, signal }: Source, after: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let cursor = after, more = true; more; ) {
    const from = cursor;
    const page = await live.watch(() => crm.listChanges(from, signal));
    for (const change of page.changes) if (isChangeOf(change, 'leads')) found.set(change.cursor, change.key);
    ({ nextCursor: cursor, more } = page);
  }
  return found;
}

/**
 * Every lead that the query lets through.
 * @returns the leads, how many rows of the table were none, and how many leads changed while they were read
 * @throws Failure
 */
export async function readAllLeads(
  source: Source & { query: LeadsQuery; onProgress: (done: number, total: number | undefined) => void },
): Promise<{ found: Lead[]; malformed: number; changed: number }> {
  const { crm, live, signal, onProgress } = source;
  const query = { ...source.query, limit: PAGE_LIMIT };
  const found: Lead[] = [];
  let malformed = 0;
  let since = '';
  let told = new Map<string, string>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const more: LeadsQuery = cursor === '' ? { total: '1' } : { cursor };
    const page: LeadsPage = await live.watch(() => crm.listLeads({ ...query, ...more }, signal));
    found.push(...page.leads);
    malformed += page.malformed.length;
    if (since === '') {
      since = page.changesCursor;
      // A cursor may lie before what the page shows already.
      told = await changesSince(source, since);
    }
    if (cursor !== '' && page.nextCursor !== null && page.nextCursor >= cursor) {
      throw new Failure('contradictory', 'The API gave the same page twice, so the list has no end.');
    }
    cursor = page.nextCursor;
    onProgress(found.length, page.total);
  }
  // Pages are snapshots one after the other: whoever reads the file must know what changed in between.
  const changes = [...(await changesSince(source, since))].filter(([at]) => !told.has(at));
  return { found, malformed, changed: new Set(changes.map(([, key]) => key)).size };
}
