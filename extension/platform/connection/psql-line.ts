/** As the API takes it for KV_TABLE. The name comes from outside, and goes into a shell and into addresses. */
export const TABLE = /^kv_store_[a-z0-9_]{1,54}$/;

/**
 * One command for a shell in the folder of `npm start`, which shows the newest rows past our code.
 * @returns null for a table that cannot be ours
 */
export function psqlLine(table: string): string | null {
  if (!TABLE.test(table)) return null;
  const query = `select key, value, created_at from ${table} order by created_at desc nulls last limit 20`;
  return `psql "\${DATABASE_URL:-$(cat .data/database-url)}" -c '${query}'`;
}
