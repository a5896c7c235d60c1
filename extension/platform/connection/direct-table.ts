import { z } from 'zod';
import { RECORD_KEY, type SyncEntity } from '../../../shared/contract/record-key.ts';
import { TIMEOUT_MS } from '../api/api.ts';
import { Failure } from '../api/failure.ts';
import type { Connection } from '../browser/storage.ts';
import { currentToken } from './credentials.ts';
import { TABLE } from './psql-line.ts';

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

const row = z.object({ key: z.string(), text: z.string() });
type DirectRow = z.infer<typeof row>;
const rowsReply = z.array(row);
const tableReply = z.array(z.object({ tableoid: z.coerce.number().int().positive() }));
const postgrestError = z.object({ message: z.string(), code: z.string().optional() });

interface Access {
  /** Of the Supabase project, without a slash at the end. */
  projectUrl: string;
  table: string;
  publishableKey: string;
  /** The signed-in person's own JWT. */
  token: () => Promise<string>;
}

/** What PostgREST's and Postgres's own codes mean for who reads the table directly. */
function meaningOf(code: string | undefined, host: string, table: string): string | null {
  if (code === '42501') {
    return `Supabase lets you read nothing of ${table} at ${host}: your account has no role admin or viewer there, or the grant is missing. Ask for the role (\`npm run admin -- add …\`), sign in again, or run \`npm run migrate\`.`;
  }
  if (code === 'PGRST205' || code === '42P01') {
    return `The project at ${host} has no table ${table}. Either the API works on another database, or PostgREST has not seen the table yet: run \`notify pgrst, 'reload schema'\` there.`;
  }
  if (code === 'PGRST301' || code === 'PGRST302' || code === 'PGRST303') {
    return `The project at ${host} does not take your sign-in. Sign in again; if it stays so, the API lets people of another project in.`;
  }
  if (code === '57014') {
    return `${host} stopped reading ${table}: it took longer than your session may. Try again in a minute, when Postgres knows how much the table has grown, or run \`analyze ${table}\`.`;
  }
  return null;
}

/** Why an answer shows nothing of the table. */
function refusal(host: string, table: string, status: number, text: string): Failure {
  if (status === 540) {
    return new Failure('unreachable', `The project at ${host} is paused. Open it in the dashboard and restore it.`);
  }
  const said = postgrestError.safeParse(parsed(text)).data;
  const known = meaningOf(said?.code, host, table);
  if (known) return new Failure('rejected', known, { cause: said });
  if (status >= 500) {
    return new Failure('unreachable', `The Data API of ${host} cannot answer now (HTTP ${status}). Try again.`);
  }
  if (said) return new Failure('rejected', `${host} refused to show ${table}: ${said.message} (HTTP ${status}).`);
  return odd(host);
}

const odd = (host: string, cause?: unknown) =>
  new Failure('foreign', `${host} answered with something else than PostgREST would.`, { cause });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The table as PostgREST shows it to a signed-in admin or viewer, past our API. Rows with a secret are not shown, nor are any to
 * strangers (api/sql/README.md). All of it throws Failure.
 * @throws Failure when the table has no name of ours: it becomes part of an address that the person's own JWT is sent to
 */
export function createDirectTable({ projectUrl, table, publishableKey, token }: Access) {
  if (!TABLE.test(table)) throw new Failure('foreign', 'The API names a table that is not one of this product.');
  const { host } = new URL(projectUrl);

  /** @returns status and text. @throws Failure when nobody answers in time, or the reason of `signal` */
  async function request(address: URL, signal?: AbortSignal) {
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
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      signal?.throwIfAborted();
      if (deadline.aborted) {
        throw new Failure('timeout', `${host} did not answer within ${TIMEOUT_MS / 1000} seconds.`, { cause });
      }
      const paused = 'A free project may be paused: open it in the dashboard.';
      throw new Failure('unreachable', `Nobody answers at ${host}. ${paused}`, { cause });
    }
  }

  async function ask<T>(query: string[][], schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const address = new URL(`${projectUrl}/rest/v1/${table}`);
    for (const [name = '', value = ''] of query) address.searchParams.append(name, value);
    const { status, text } = await request(address, signal);
    if (status >= 300) throw refusal(host, table, status, text);
    const { data, error } = schema.safeParse(parsed(text));
    if (data === undefined) throw odd(host, error);
    return data;
  }

  return {
    projectUrl,
    table,
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
        // A page that ends where the last one ended would have no end.
        if (last === after) throw odd(host);
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

/** Whether this connection can read the table past our API: only a person who signed in to a Supabase project can. */
export const canReadDirectly = ({ supabase, account }: Connection): boolean =>
  Boolean(supabase) && account !== undefined;

/**
 * @param table as the API's report names it
 * @throws Failure where nobody can read it directly, or the table has no name of ours
 */
export function directTableOf(connection: Connection, table: string): DirectTable {
  const { supabase } = connection;
  if (!supabase || !canReadDirectly(connection)) {
    throw new Failure('rejected', 'Sign in to the Supabase project first.');
  }
  return createDirectTable({
    projectUrl: supabase.url,
    publishableKey: supabase.publishableKey,
    table,
    token: () => currentToken(connection),
  });
}
