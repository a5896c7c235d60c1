import type { Config } from '../config.ts';
import type { Database } from '../database.ts';
import { postgresDatabase } from '../drivers/postgres.ts';
import { startEmbeddedPostgres } from '../embedded/postgres.ts';
import { ApiError } from '../errors.ts';
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
 * Opens the database that the configuration names: DATABASE_URL, else the embedded server, brought up to date.
 * @throws StartError when it cannot be reached
 */
export async function openDatabase(config: Config, log: (line: string) => void): Promise<OpenDatabase> {
  return config.DATABASE_URL ? openGiven(config.DATABASE_URL, log) : openEmbedded(config, log);
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

async function openGiven(url: string, log: (line: string) => void): Promise<OpenDatabase> {
  const database = postgresDatabase(url);
  try {
    await database.call('crm_check_health', {});
  } catch (error) {
    // An empty database can still be migrated while we serve; until then every request says so.
    if (error instanceof ApiError && error.code === 'schema_missing') log(error.message);
    else {
      await database.close();
      throw new StartError(
        `The database of DATABASE_URL does not answer (${reason(error)}): check that it runs and that host, port, user and password are right.`,
      );
    }
  }
  return { database, psql: 'psql "$DATABASE_URL"', embedded: false, close: () => database.close() };
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reply';
}
