import pg from 'pg';

/**
 * How many rows of a table a statement reads, by Postgres' own count. Rows are the same on any machine, where blocks depend on
 * what a connection has yet to learn of the schema.
 */
export async function rowsRead(
  databaseUrl: string,
  statement: string,
  table: string,
): Promise<{ sequential: number; byIndex: number; total: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(statement);
    const { rows } = await client.query(
      `select sum(seq_tup_read)::integer as sequential, coalesce(sum(idx_tup_fetch), 0)::integer as "byIndex"
       from pg_stat_xact_user_tables where relname = $1`,
      [table],
    );
    const { sequential, byIndex } = rows[0];
    return { sequential, byIndex, total: sequential + byIndex };
  } finally {
    await client.end();
  }
}
