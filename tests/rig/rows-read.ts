import pg from 'pg';

/**
 * How many rows of a table one statement reads, counted by its own session: neither the load of the machine nor what autovacuum
 * does meanwhile is in it.
 * @param statement runs in a transaction that is undone
 */
export async function rowsRead(
  url: string,
  statement: string,
  values: unknown[] = [],
  table = 'kv_store_3cbf86a5',
): Promise<{ scanned: number; fetched: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(statement, values);
    const { rows } = await client.query(
      `select coalesce(seq_tup_read, 0)::integer as scanned, coalesce(idx_tup_fetch, 0)::integer as fetched
       from pg_stat_xact_user_tables where relname = $1`,
      [table],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}
