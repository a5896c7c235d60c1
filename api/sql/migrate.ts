import pg from 'pg';
import { migrationScript } from './script.ts';

/**
 * Brings a database to this version's schema, in one transaction: all of it or nothing.
 * @param url of any Postgres 15 or newer, with rights to create in schema public
 * @param table name of the key-value table, created or adopted
 * @throws the error of Postgres; its `hint` says what to do where we raised it
 */
export async function migrate(url: string, table: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'crm-migrate',
  });
  // A server that goes away reports it here too; the query that was running rejects and says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(migrationScript(table));
  } finally {
    await client.end();
  }
}

/** One sentence on why a migration failed and what to do; nothing was changed then. */
export function explainMigration(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message || ('code' in error ? String(error.code) : error.name);
  const hint =
    'hint' in error && typeof error.hint === 'string'
      ? error.hint
      : 'Check that DATABASE_URL is right and that its user may create tables.';
  return `The database could not be brought up to date (${message}), nothing was changed: ${hint}`;
}
