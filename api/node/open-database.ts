import { errorReply } from '../../shared/contract/errors.ts';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { postgresDatabase } from '../database/drivers/postgres.ts';
import { supabaseDatabase } from '../database/drivers/supabase.ts';
import { startEmbeddedPostgres } from '../embedded/postgres.ts';
import { StartError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';
import { explainMigration, migrate } from '../sql/migrate.ts';

/** The database that the configuration names, and how to let go of it. */
export interface OpenDatabase {
  database: Database;
  /** A shell command that opens psql on it; it names where the password is, never the password. */
  psql: string;
  embedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens the database that the configuration names: DATABASE_URL as it is, else the project of SUPABASE_URL, else the embedded
 * server, brought up to date.
 * @param signal ends a start that is still waiting for the embedded server
 * @throws StartError when the embedded server cannot start
 */
export async function openDatabase(
  config: Config,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<OpenDatabase> {
  const { DATABASE_URL, SUPABASE_URL, SUPABASE_SECRET_KEY } = config;
  if (DATABASE_URL) {
    const database = postgresDatabase(DATABASE_URL);
    return { database, psql: 'psql "$DATABASE_URL"', embedded: false, close: () => database.close() };
  }
  if (SUPABASE_URL && SUPABASE_SECRET_KEY) {
    const database = supabaseDatabase({ url: SUPABASE_URL, key: SUPABASE_SECRET_KEY });
    const psql = `the SQL editor of ${SUPABASE_URL}, or psql with the connection string that its dashboard shows`;
    return { database, psql, embedded: false, close: () => database.close() };
  }
  return openEmbedded(config, log, signal);
}

async function openEmbedded(config: Config, log: (line: string) => void, signal: AbortSignal): Promise<OpenDatabase> {
  const server = await startEmbeddedPostgres({ dataDir: config.DATA_DIR, port: config.PG_PORT, log, signal });
  try {
    await migrate(server.url, config.KV_TABLE);
  } catch (error) {
    await server.stop();
    throw new StartError(explainMigration(error));
  }
  const database = postgresDatabase(server.url);
  return {
    database,
    psql: `psql "$(cat '${server.urlFile.replaceAll("'", "'\\''")}')"`,
    embedded: true,
    close: async () => {
      await database.close();
      await server.stop();
    },
  };
}

const CHECK =
  'check that it runs and that DATABASE_URL has the right host, port, user, password and database name, or SUPABASE_URL and SUPABASE_SECRET_KEY are those of one project.';

/**
 * Asks an app with these deps whether its database works before anybody else does. One without our schema may still be migrated
 * while we serve, and every request says so until then.
 * @throws StartError when it does not answer
 */
export async function requireDatabase(deps: Deps, log: (line: string) => void): Promise<void> {
  const app = createApp({ ...deps, report: () => undefined });
  const reply = await app.request('/health');
  if (reply.ok) return;
  const { code, reason, message } = errorReply.parse(await reply.json()).error;
  if (code === 'schema_missing') return log(message);
  if (reason === 'certificate_refused') throw new StartError(message);
  const said = reason === 'no_answer' ? 'The database does not answer' : message.replace(/\.$/, '');
  throw new StartError(`${said}: ${CHECK}`);
}
