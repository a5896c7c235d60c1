import pg from 'pg';

/** What a server says to a connection: it serves, will serve soon, keeps silent, or refuses us. */
export type Answer = 'ready' | 'not yet' | 'silent' | 'wrong password' | 'another cluster';

/** The address of the product's database on this machine. */
export function databaseUrl(port: number, password: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/crm`;
}

/**
 * Connects to the server and looks whether it is the one that runs on this cluster.
 * @returns its answer; a refused connection is "silent"
 */
export async function ask(port: number, password: string, dir: string): Promise<Answer> {
  try {
    return await query(port, password, async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('show data_directory');
      return process.platform === 'win32' || rows[0]?.data_directory === dir ? 'ready' : 'another cluster';
    });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (code.startsWith('28')) return 'wrong password';
    // Starting up, shutting down, too many clients: somebody is there and speaks PostgreSQL.
    return code.startsWith('57P0') || code.startsWith('53') ? 'not yet' : 'silent';
  }
}

/**
 * Makes the product's database when it is missing.
 * @throws what the server says
 */
export async function createDatabase(port: number, password: string): Promise<void> {
  await query(port, password, async (client) => {
    const { rowCount } = await client.query(`select from pg_database where datname = 'crm'`);
    if (!rowCount) await client.query('create database crm');
  });
}

async function query<T>(port: number, password: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const address = { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' };
  // ssl and options would else come from the user's PGSSLMODE and PGOPTIONS.
  const client = new pg.Client({
    ...address,
    ssl: false,
    options: '',
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
