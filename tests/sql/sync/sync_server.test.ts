import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../api/embedded/postgres.ts';
import { migrate } from '../../../api/sql/migrate.ts';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';

let dataDir: string;
let server: EmbeddedPostgres;
const start = (settings: Record<string, string> = {}) =>
  startEmbeddedPostgres({ dataDir, port: 0, log: () => undefined, settings });
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'crm-sync-'));
  await chmod(dataDir, 0o755);
  server = await start();
  await migrate(server.url, 'kv_store_3cbf86a5');
});
afterEach(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Runs statements on one connection; the last one gives a report. */
async function report(...before: string[]): Promise<SyncReport | undefined> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    for (const statement of before) await client.query(statement);
    return (await client.query<{ report: SyncReport }>("select public.crm_get_sync('{}') as report")).rows[0]?.report;
  } finally {
    await client.end();
  }
}

it('is synced on a server that keeps what it acknowledged, empty and with the demo', async () => {
  expect(await report()).toMatchObject({ verdict: 'synced', findings: [] });
  expect(await report("select public.crm_add_seed('{}')")).toMatchObject({
    verdict: 'synced',
    findings: [],
    counts: { leads: { rows: 6, indexed: 6 } },
  });
});

it('says which settings of the server lose what was acknowledged', async () => {
  await server.stop();
  server = await start({ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  expect(await report()).toMatchObject({
    verdict: 'drift',
    database: { durability: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } },
    findings: [
      {
        code: 'durability.off',
        severity: 'warning',
        entity: 'database',
        count: 3,
        keys: ['fsync', 'full_page_writes', 'synchronous_commit'],
        repairable: false,
      },
    ],
  });
});

it('an info alone is synced, a warning is drift', async () => {
  expect(await report("insert into kv_store_3cbf86a5 (key, value) values ('note', '1')")).toMatchObject({
    verdict: 'synced',
    findings: [{ code: 'key.unknown', severity: 'info' }],
  });
  expect(await report("set synchronous_commit = 'off'")).toMatchObject({
    verdict: 'drift',
    findings: [{ code: 'durability.off', keys: ['synchronous_commit'] }, { code: 'key.unknown' }],
  });
});

it('says that a replica may lag behind, and its other findings', async () => {
  await report("select public.crm_add_seed('{}')", "delete from kv_store_3cbf86a5 where key = 'leads:index'");
  await server.stop();
  await writeFile(join(dataDir, 'postgres', 'standby.signal'), '');
  server = await start();
  expect(await report()).toMatchObject({
    verdict: 'drift',
    database: { primary: false },
    findings: [
      { code: 'index.missing' },
      { code: 'replica', severity: 'warning', entity: 'database', keys: [], repairable: false },
    ],
  });
});
