import Papa from 'papaparse';
import type { Lead } from '../../shared/contract/lead.ts';

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
