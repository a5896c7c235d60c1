import pg from 'pg';
import { expect } from 'vitest';
import type { TestDatabase } from '../rig/database.ts';

/** Calls a public function as the owner, as the API does, and gives its result. */
export async function call<Result = Record<string, unknown>>(
  database: TestDatabase,
  name: `crm_${string}`,
  payload: object = {},
): Promise<Result> {
  const [row] = await database.sql<{ result: Result }>(`select public.${name}($1) as result`, [
    JSON.stringify(payload),
  ]);
  if (!row) throw new Error(`${name} gave no row.`);
  return row.result;
}

/** Expects that a statement fails, with this SQLSTATE. */
export async function expectSqlState(statement: Promise<unknown>, state: string): Promise<pg.DatabaseError> {
  const error: unknown = await statement.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(pg.DatabaseError);
  expect((error as pg.DatabaseError).code).toBe(state);
  return error as pg.DatabaseError;
}

/** The payload of a capture as the route sends it. */
export const capture = (lead: object, more: object = {}) => ({
  lead: { source: 'website-form', ...lead },
  limits: { perAddress: 0, perService: 0 },
  suspicions: [],
  actor: 'form',
  ...more,
});

export interface Captured {
  leadId: string;
  receipt: { key: string; digest: string; storedAt: string; transactionId: string };
  replayed: boolean;
}

/** @returns the id of a new lead */
export async function captureLead(
  database: TestDatabase,
  lead: object = { email: 'ann@example.com' },
): Promise<string> {
  return (await call<Captured>(database, 'crm_capture_lead', capture(lead))).leadId;
}

/** All ids of the index, newest first: head, then segments from the highest number down. */
export async function indexedIds(database: TestDatabase): Promise<unknown[]> {
  const rows = await database.sql<{ value: unknown[] }>(
    `select value from kv_store_3cbf86a5 where key ~ '^leads:index(:[1-9][0-9]*)?$'
     order by nullif(split_part(key, ':', 3), '')::integer desc nulls first`,
  );
  return rows.flatMap(({ value }) => value);
}

/** All ids of the rows, newest first. */
export async function storedIds(database: TestDatabase): Promise<string[]> {
  const rows = await database.sql<{ id: string }>(
    `select substr(key, 6) as id from kv_store_3cbf86a5 where key ~ '^lead:' order by key collate "C" desc`,
  );
  return rows.map(({ id }) => id);
}
