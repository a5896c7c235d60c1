import pg from 'pg';
import type { Database } from '../database.ts';
import { databaseError } from '../sqlstates.ts';

const CONNECTIONS = 10;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 15_000;

/**
 * The database door over node-postgres, for the embedded server and any DATABASE_URL.
 * Statements are unnamed, so a pooler in transaction mode may stand in between.
 */
export function postgresDatabase(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    // The server's own limit does not fire when the network swallows the answer.
    query_timeout: STATEMENT_MS + 5_000,
    application_name: 'vision-studio-crm',
  });
  // An idle connection that breaks reports here; the pool has dropped it and the next call opens another.
  pool.on('error', () => undefined);

  return {
    async call(name, payload) {
      try {
        const { rows } = await pool.query<{ result: unknown }>(`select public.${name}($1::jsonb) as result`, [
          JSON.stringify(payload),
        ]);
        return rows[0]?.result;
      } catch (error) {
        throw databaseError({ ...describe(error), cause: error });
      }
    },
    close: () => pool.end(),
  };
}

function describe(error: unknown): { sqlstate: string | undefined; message: string; detail?: string | undefined } {
  if (error instanceof pg.DatabaseError) return { sqlstate: error.code, message: error.message, detail: error.detail };
  // node-postgres gives lost connections and its own time-outs no code of their own.
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { sqlstate: code, message: String(error) };
}
