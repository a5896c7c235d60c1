import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { postgresDatabase } from '../../api/database/drivers/postgres.ts';
import { startApi } from '../rig/api.ts';
import { createTestDatabase } from '../rig/database.ts';

// PostgREST keeps connections of its own.
it.runIf(inject('driver') === 'postgres')(
  'a refusal keeps the connection to Postgres, since opening another costs more than answering',
  async () => {
    const api = await startApi();
    try {
      const backends = () =>
        api.sql<{ pid: number }>(
          "select pid from pg_stat_activity where application_name = 'vision-studio-crm' and datname = current_database()",
        );
      await api.request('GET', '/health');
      const before = await backends();
      expect(before).toHaveLength(1);
      for (let i = 0; i < 5; i++) expect((await api.request('GET', '/leads/lead_1_a')).status).toBe(404);
      expect(await backends()).toEqual(before);
    } finally {
      await api.close();
    }
  },
);

it('what was given up ends in Postgres too, instead of going on with its locks and being done after all', async () => {
  const { url, sql, drop } = await createTestDatabase();
  const database = postgresDatabase(url, { statementMs: 500 });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  try {
    await other.query('begin; lock table kv_store_3cbf86a5 in access exclusive mode');
    const user = { email: 'ann@example.com', accountStatus: 'active' };
    await expect(database.call('crm_create_user', { user, actor: 'key:admin' })).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    const working = () =>
      sql(
        'select pid from pg_locks where database = (select oid from pg_database where datname = current_database()) and not granted',
      );
    await expect.poll(working).toEqual([]);
    await other.query('rollback');
    expect(await sql('select key from kv_store_3cbf86a5')).toEqual([]);
  } finally {
    await other.end();
    await database.close();
    await drop();
  }
});
