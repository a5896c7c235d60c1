import type { Config } from '../config.ts';
import type { Database } from '../database.ts';
import { postgresDatabase } from '../drivers/postgres.ts';
import { startEmbeddedPostgres } from '../embedded/postgres.ts';
import { migrate } from '../sql/migrate.ts';
import { StartError } from '../start-error.ts';

export interface OpenDatabase {
  database: Database;
  /** A shell command that opens psql on it; it names where the password is, never the password. */
  psql: string;
  embedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens the database that the configuration names: DATABASE_URL as it is, else the embedded server, brought up to date.
 * @throws StartError when the embedded server cannot start, or for a project without DATABASE_URL
 */
export async function openDatabase(config: Config, log: (line: string) => void): Promise<OpenDatabase> {
  if (config.SUPABASE_URL && !config.DATABASE_URL) {
    throw new StartError(
      'This version reaches the data of SUPABASE_URL only through its Postgres: set DATABASE_URL too.',
    );
  }
  if (!config.DATABASE_URL) return openEmbedded(config, log);
  const database = postgresDatabase(config.DATABASE_URL);
  return { database, psql: 'psql "$DATABASE_URL"', embedded: false, close: () => database.close() };
}

async function openEmbedded(config: Config, log: (line: string) => void): Promise<OpenDatabase> {
  const server = await startEmbeddedPostgres({ dataDir: config.DATA_DIR, port: config.PG_PORT, log });
  try {
    await migrate(server.url, config.KV_TABLE);
  } catch (error) {
    await server.stop();
    throw error;
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
