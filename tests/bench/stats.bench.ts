/** `node tests/bench/stats.bench.ts`: what the SQL of GET /stats costs, against plain counts of the same rows in the same run. */
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts';
import { migrate } from '../../api/sql/migrate.ts';

const ROUNDS = 21;
const RECORDS = readFileSync(join(import.meta.dirname, 'records.sql'), 'utf8');

/** The very same records, by the strict pattern of their keys and by the ranges that their keys stand in, lists of orders left out. */
const RANGES = ['lead:lead', 'user:user', 'order:order']
  .map((prefix) => `(key collate "C" >= '${prefix}_' and key collate "C" < '${prefix}\`')`)
  .join(' or ');
const COUNTS = {
  'count(*) by key pattern':
    "select count(*) from kv_store_3cbf86a5 where key ~ '^(lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}$'",
  'count(*) by key range': `select count(*) from kv_store_3cbf86a5 where (${RANGES}) and right(key, 7) <> ':orders'`,
};
const STATS = {
  'GET /stats, 30 days': `select crm_get_stats('{"days": 30, "timeZone": "Asia/Kuala_Lumpur"}')`,
  'GET /stats, 365 days': `select crm_get_stats('{"days": 365, "timeZone": "Asia/Kuala_Lumpur"}')`,
};

const dataDir = await mkdtemp(join(tmpdir(), 'crm-bench-'));
await chmod(dataDir, 0o755);
const server = await startEmbeddedPostgres({ dataDir, port: 0, log: () => undefined });
try {
  await migrate(server.url, 'kv_store_3cbf86a5');
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(RECORDS);
  await client.query('vacuum analyze kv_store_3cbf86a5');

  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, statement] of Object.entries({ ...COUNTS, ...STATS })) {
      const start = performance.now();
      await client.query(statement);
      times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
    }
  }
  await client.end();

  const summary = (name: string) => {
    const sorted = (times.get(name) ?? []).toSorted((a, b) => a - b);
    return { min: sorted[0] ?? 0, median: sorted[sorted.length >> 1] ?? 0 };
  };
  const shown = ({ min, median }: { min: number; median: number }) =>
    `min ${min.toFixed(1)} ms, median ${median.toFixed(1)} ms`;
  console.log(`100,000 leads, 20,000 users, 50,000 orders; ${ROUNDS} rounds in turn`);
  for (const name of Object.keys(COUNTS)) console.log(`${name}: ${shown(summary(name))}`);
  for (const name of Object.keys(STATS)) {
    console.log(`${name}: ${shown(summary(name))}`);
    for (const count of Object.keys(COUNTS)) {
      const ratio = (which: 'min' | 'median') => (summary(name)[which] / summary(count)[which]).toFixed(2);
      console.log(`  against ${count}: ${ratio('min')} (min), ${ratio('median')} (median)`);
    }
  }
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
