import pg from 'pg';
import { CALL_MS, type Database } from '../database.ts';
import { databaseError } from '../sqlstates.ts';
import { cancelStatement } from './cancel-statement.ts';

const CONNECTIONS = 10;
const CONNECT_MS = 5_000;

/** Postgres ends the connection with these (class 57P) or it was lost (class 08). */
const CONNECTION_ENDED = /^(57P|08)/;

/**
 * The database door over node-postgres, for the embedded server and any DATABASE_URL.
 * Statements are unnamed and nothing is set on the session, so a pooler in transaction mode may stand in between.
 * @param options.statementMs after which a call is given up, and ended in Postgres too
 */
export function postgresDatabase(url: string, { statementMs = CALL_MS } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: statementMs,
    application_name: 'vision-studio-crm',
  });
  // A connection that breaks reports here, idle or not; the call that was using it rejects and says so.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  return {
    async call(name, payload) {
      try {
        const client = await pool.connect();
        try {
          const { rows } = await client.query<{ result: unknown }>(`select public.${name}($1::jsonb) as result`, [
            JSON.stringify(payload),
          ]);
          client.release();
          return rows[0]?.result;
        } catch (error) {
          // A refusal by one of our functions leaves the connection as good as new; opening another costs a sign-in.
          const isSound = error instanceof pg.DatabaseError && !CONNECTION_ENDED.test(error.code ?? '');
          if (isGivenUp(error)) void cancelStatement(client).finally(() => client.release(true));
          else client.release(isSound ? undefined : true);
          throw error;
        }
      } catch (error) {
        throw databaseError({ ...describe(error), cause: error });
      }
    },
    close: () => pool.end(),
  };
}

/** Errors of node-postgres itself have no code: its time-out, and a lost connection, where asking to cancel does no harm. */
const isGivenUp = (error: unknown) => error instanceof Error && !('code' in error);

function describe(error: unknown): { sqlstate: string | undefined; message: string; detail?: string | undefined } {
  if (error instanceof pg.DatabaseError) return { sqlstate: error.code, message: error.message, detail: error.detail };
  // node-postgres gives lost connections and its own time-outs no code of their own.
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { sqlstate: code, message: String(error) };
}
