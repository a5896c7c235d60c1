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

/** A record as our functions give it. */
export interface StoredRow {
  key: string;
  value: Record<string, unknown> & { id: string };
  nextStatuses?: string[];
}

/** @returns the id of a new user with an email of their own */
export async function createUser(database: TestDatabase, fields: object = {}): Promise<string> {
  const user = { email: `${crypto.randomUUID()}@example.com`, name: 'Ann', accountStatus: 'active', ...fields };
  return (await call<StoredRow>(database, 'crm_create_user', { user, actor: 'key:admin' })).value.id;
}

/** What the route sends for an order: 2 × 49.95 and 10 for shipping. */
export const orderDetails = (userId: string, fields: object = {}) => ({
  userId,
  items: [{ name: 'Lamp', quantity: 2, price: 49.95 }],
  tax: 0,
  shipping: 10,
  discount: 0,
  status: 'pending-payment',
  paymentMethod: 'card',
  shippingAddress: { line1: '1 Jalan Satu', city: 'Ipoh' },
  ...fields,
});

export const createOrder = (database: TestDatabase, userId: string, fields: object = {}) =>
  call<StoredRow>(database, 'crm_create_order', { order: orderDetails(userId, fields), actor: 'key:admin' });

/** All ids of an index, newest first: head, then segments from the highest number down. */
export async function indexedIds(
  database: TestDatabase,
  entity: 'leads' | 'users' | 'orders' = 'leads',
): Promise<unknown[]> {
  const rows = await database.sql<{ value: unknown[] }>(
    `select value from kv_store_3cbf86a5 where key ~ '^${entity}:index(:[1-9][0-9]*)?$'
     order by nullif(split_part(key, ':', 3), '')::integer desc nulls first`,
  );
  return rows.flatMap(({ value }) => value);
}

/** All ids of the rows, newest first. */
export async function storedIds(database: TestDatabase, kind: 'lead' | 'user' | 'order' = 'lead'): Promise<string[]> {
  const rows = await database.sql<{ id: string }>(
    `select split_part(key, ':', 2) as id from kv_store_3cbf86a5 where key ~ '^${kind}:${kind}_[0-9]+_[a-z0-9]+$'
     order by key collate "C" desc`,
  );
  return rows.map(({ id }) => id);
}
