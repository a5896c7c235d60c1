import { z } from 'zod';
import { RECORD_KEY } from '../../../shared/contract/record-key.ts';
import type { SyncEntity } from '../../../shared/contract/sync-report.ts';
import { TIMEOUT_MS } from '../api/api.ts';
import { Failure } from '../api/failure.ts';
import type { Connection } from '../browser/storage.ts';
import { currentToken } from './credentials.ts';
import { directFailure, type WhereRead } from './direct-failure.ts';

/** Hosted projects cut every list at this many rows without a word. */
const PAGE_ROWS = 1_000;
/** So that the address stays short enough for every gateway. */
const KEYS_ASKED = 100;

/**
 * Where the records of a kind begin and end in any collation, also in those that skip punctuation. The few rows in between that
 * are no records are left out here: with a pattern in the question Postgres expects so few rows that it reads and sorts them all.
 */
const BOUNDS = {
  leads: { above: 'lead:lead', below: 'lead:leae' },
  users: { above: 'user:user', below: 'user:uses' },
  orders: { above: 'order:order', below: 'order:ordes' },
} satisfies Record<SyncEntity, { above: string; below: string }>;

/** As our API names its table. The name becomes part of an address that the person's own JWT is sent to. */
const TABLE = /^kv_store_[a-z0-9_]{1,54}$/;

const row = z.object({ key: z.string(), text: z.string() });
export type DirectRow = z.infer<typeof row>;
const rowsReply = z.array(row);
const tableReply = z.array(z.object({ tableoid: z.coerce.number().int().positive() }));

interface Access extends WhereRead {
  publishableKey: string;
  /** The signed-in person's own JWT. */
  token: () => Promise<string>;
}

/**
 * The table as PostgREST shows it to a signed-in admin or viewer, past our API: the second witness. Rows with a secret are not
 * shown, nor are any to strangers (api/sql/README.md). All of it throws Failure.
 * @throws Failure when the table has no name of ours
 */
export function createDirectTable({ projectUrl, table, publishableKey, token }: Access) {
  if (!TABLE.test(table)) throw new Failure('foreign', 'The API names a table that is not one of this product.');
  const where = { projectUrl, table };

  async function ask<T>(query: string[][], schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const address = new URL(`${projectUrl}/rest/v1/${table}`);
    for (const [name = '', value = ''] of query) address.searchParams.append(name, value);
    const bearer = await token();
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(address, {
        headers: { apikey: publishableKey, Authorization: `Bearer ${bearer}` },
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      const text = await response.text();
      if (!response.ok) throw directFailure(where, { status: response.status, text });
      return schema.parse(JSON.parse(text));
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof Failure ? error : directFailure(where, { cause: error });
    }
  }

  return {
    ...where,
    /**
     * All rows of a kind by pages, in the order of the table's own collation. It ends only at an empty page, so it does not matter
     * where the project cuts its lists. Nothing is counted beforehand: row level security looks into each row for that, and a
     * session may read for 8 seconds only.
     */
    async *pages(entity: SyncEntity, signal?: AbortSignal): AsyncGenerator<DirectRow[]> {
      const { above, below } = BOUNDS[entity];
      for (let after = above; ; ) {
        const query = [
          ['select', 'key,text:value::text'],
          ['key', `gt.${after}`],
          ['key', `lt.${below}`],
          ['order', 'key.asc'],
          ['limit', String(PAGE_ROWS)],
        ];
        const rows = await ask(query, rowsReply, signal);
        const last = rows.at(-1)?.key;
        if (last === undefined) return;
        if (last === after) throw directFailure(where, { cause: 'A page ended where the last one ended.' });
        yield rows.filter(({ key }) => RECORD_KEY[entity].test(key));
        after = last;
      }
    },

    /** @returns the rows of these keys that there are, and that this person may see */
    async byKey(keys: readonly string[], signal?: AbortSignal): Promise<DirectRow[]> {
      const found: DirectRow[] = [];
      for (let at = 0; at < keys.length; at += KEYS_ASKED) {
        const list = keys.slice(at, at + KEYS_ASKED).map((key) => `"${key.replaceAll(/["\\]/g, '\\$&')}"`);
        const query = [
          ['select', 'key,text:value::text'],
          ['key', `in.(${list.join(',')})`],
        ];
        found.push(...(await ask(query, rowsReply, signal)));
      }
      return found;
    },

    /** The number that the dashboard knows the table by; null when no row shows it. */
    async tableId(signal?: AbortSignal): Promise<number | null> {
      const query = [
        ['select', 'tableoid'],
        ['limit', '1'],
      ];
      return (await ask(query, tableReply, signal))[0]?.tableoid ?? null;
    },
  };
}
export type DirectTable = ReturnType<typeof createDirectTable>;

/** Whether this connection has a second witness at all: only a person who signed in to a Supabase project has one. */
export const hasWitness = ({ supabase, account }: Connection): boolean => Boolean(supabase) && account !== undefined;

/**
 * The second witness of a connection.
 * @param table as the API's report names it
 * @throws Failure where there is none, or the table has no name of ours
 */
export function directTableOf(connection: Connection, table: string): DirectTable {
  const { supabase } = connection;
  if (!supabase || !hasWitness(connection)) throw new Failure('rejected', 'Sign in to the Supabase project first.');
  return createDirectTable({
    projectUrl: supabase.url,
    publishableKey: supabase.publishableKey,
    table,
    token: () => currentToken(connection),
  });
}
