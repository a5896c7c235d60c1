import type { Change } from '../../../shared/contract/changes.ts';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bytes = (text: string) => new TextEncoder().encode(text);

/** As jsonb orders the names of fields: shorter ones first, then by their bytes. */
function byJsonb(left: string, right: string): number {
  const [one, other] = [bytes(left), bytes(right)];
  if (one.length !== other.length) return one.length - other.length;
  for (const [at, byte] of one.entries()) if (byte !== other[at]) return byte - (other[at] ?? 0);
  return 0;
}

/**
 * The text that Postgres would store for a value. A number may be written otherwise there (1.10): whoever relies on it compares
 * with a text that Postgres wrote.
 */
export function storedText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(storedText).join(', ')}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort(byJsonb);
  return `{${names.map((name) => `${JSON.stringify(name)}: ${storedText(value[name])}`).join(', ')}}`;
}

const isSame = (left: unknown, right: unknown): boolean =>
  left === undefined || right === undefined ? left === right : storedText(left) === storedText(right);

/** Whether every number in it comes through JavaScript as Postgres writes it. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isExact);
}

/**
 * - undone: the text as it was before all of these updates
 * - contradicted: a field does not hold what the log says was written to it last
 * - unknown: the log does not tell enough, as where its entries were erased
 */
export type Undone =
  | { state: 'undone'; text: string }
  | { state: 'contradicted'; field: string }
  | { state: 'unknown' };

/**
 * Takes back what the change log says was done to a row. Every step is compared first: what it has written must be there.
 * @param text of the row as stored
 * @param updates entries of the log on this row, newest first
 */
export function undo(text: string, updates: readonly Change[]): Undone {
  const row: unknown = JSON.parse(text);
  if (!isFields(row) || storedText(row) !== text) return { state: 'unknown' };
  for (const { operation, fields } of updates) {
    const written = Object.entries(fields);
    if (operation !== 'update' || written.length === 0) return { state: 'unknown' };
    for (const [field, { from, to }] of written) {
      if (!isExact(from) || !isExact(to)) return { state: 'unknown' };
      const present = Object.hasOwn(row, field) ? row[field] : undefined;
      if (!isSame(present, to)) return { state: 'contradicted', field };
      if (from === undefined) delete row[field];
      else Object.defineProperty(row, field, { value: from, enumerable: true, configurable: true, writable: true });
    }
  }
  return { state: 'undone', text: storedText(row) };
}
