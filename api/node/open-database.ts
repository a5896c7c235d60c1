import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { postgresDatabase } from '../database/drivers/postgres.ts';
import { supabaseDatabase } from '../database/drivers/supabase.ts';
import { startEmbeddedPostgres } from '../embedded/postgres.ts';
import { explainMigration, migrate } from '../sql/migrate.ts';
import { StartError } from '../start-error.ts';

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
