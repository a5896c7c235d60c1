import type { TestDatabase } from '../rig/database.ts';

/**
 * How many rows each table holds that a request could write. Compared before and after a refused request: nothing may have
 * been stored.
 */
export async function storedRows(database: TestDatabase): Promise<Record<string, number>> {
  const [counts] = await database.sql<Record<string, string>>(`
    select (select count(*) from public.kv_store_3cbf86a5) as kv, (select count(*) from crm.changes) as changes,
      (select count(*) from crm.submissions) as submissions, (select count(*) from crm.held_submissions) as held,
      (select count(*) from crm.rate_buckets) as buckets`);
  return Object.fromEntries(Object.entries(counts ?? {}).map(([table, count]) => [table, Number(count)]));
}
