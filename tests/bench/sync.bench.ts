/** `node tests/bench/sync.bench.ts`: what the SQL of GET /sync and POST /sync/repair costs, and how that grows with the rows. */
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts';
import { migrate } from '../../api/sql/migrate.ts';

const ROUNDS = 5;
const RECORDS = readFileSync(join(import.meta.dirname, 'records.sql'), 'utf8');
/** The numbers of leads, users and orders in records.sql, divided. */
const recordsOf = (divisor: number) =>
  RECORDS.replace(/\b(100000|50000|20000)\b/g, (number) => String(Number(number) / divisor));

const CHECK = "select crm_get_sync('{}')";
const REPAIR = `select crm_repair_sync('{"actor": "bench"}')`;
const PLAN = `select crm_repair_sync('{"dryRun": true}')`;
/** The walk of the full proof, a page of 1,000 at a time, as the API asks for it. */
const WALK = `
  do $$
  declare
    page jsonb := '{"nextAfter": ""}';
  begin
    while page ->> 'nextAfter' is not null loop
      page := crm_list_stored_rows(jsonb_build_object('entity', 'leads', 'limit', 1000, 'whole', false, 'after', nullif(page ->> 'nextAfter', '')));
    end loop;
  end $$`;
/** What any check has to do at the least: read every row and make its text. */
const READ = 'select sum(length(value::text)) from kv_store_3cbf86a5';
const BREAK = `
  set session_replication_role = replica;
  delete from kv_store_3cbf86a5 where key ~ '^(leads|users|orders):index|^user:email:|:orders$';
  update kv_store_3cbf86a5 set value = value || '{"totalOrders": -1}' where key ~ '^user:user_';
  set session_replication_role = default`;

const dataDir = await mkdtemp(join(tmpdir(), 'crm-bench-'));
await chmod(dataDir, 0o755);
const server = await startEmbeddedPostgres({ dataDir, port: 0, log: () => undefined });
try {
  await migrate(server.url, 'kv_store_3cbf86a5');
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const timed = async (statement: string) => {
    const start = performance.now();
    await client.query(statement);
    return performance.now() - start;
  };
  const best = async (statement: string) => {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await timed(statement));
    return Math.min(...times);
  };

  let before: number | undefined;
  for (const divisor of [100, 10, 1]) {
    await client.query('truncate kv_store_3cbf86a5');
    await client.query(recordsOf(divisor));
    await client.query('vacuum analyze kv_store_3cbf86a5');
    const broken = await timed(REPAIR);
    await client.query('vacuum analyze kv_store_3cbf86a5');
    const read = await best(READ);
    const check = await best(CHECK);
    console.log(
      `${(100_000 / divisor).toLocaleString('en')} leads, ${20_000 / divisor} users, ${50_000 / divisor} orders`,
    );
    console.log(`  GET /sync: ${check.toFixed(0)} ms, ${(check / read).toFixed(1)} times reading every row as text`);
    if (before) console.log(`  against a tenth of the rows: ${(check / before).toFixed(1)} times`);
    console.log(
      `  repair with nothing to do: ${(await best(REPAIR)).toFixed(0)} ms, dry run ${(await best(PLAN)).toFixed(0)} ms`,
    );
    console.log(`  repair of all indexes, most lists and totals: ${broken.toFixed(0)} ms`);
    console.log(`  every page of the leads: ${(await best(WALK)).toFixed(0)} ms`);
    await client.query(BREAK);
    await client.query('vacuum analyze kv_store_3cbf86a5');
    console.log(`  repair of everything there is: ${(await timed(REPAIR)).toFixed(0)} ms`);
    before = check;
  }
  await client.end();
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
