/** How long the proof takes in a real browser: the quick check when the Sync tab is opened, and the walk over every row. */
import pg from 'pg';
import { openExtension } from '../rig/extension.ts';
import { fillWithLeads } from './many-leads.ts';
import { startBenchServer } from './product-on.ts';

const ROUNDS = 3;
const SIZES = [1_000, 10_000, 100_000];
/** In seconds, at the largest size. */
const GOAL = { proof: 30, report: 3 };

const print = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

const server = await startBenchServer();
try {
  for (const leads of SIZES) {
    const databaseUrl = await server.createDatabase(`leads_${leads}`, fillWithLeads(leads));
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    // The rows were inserted past the index.
    await client.query(`select crm_repair_sync('{"actor": "bench"}')`);
    await client.query('vacuum analyze kv_store_3cbf86a5');
    const reports: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { rows } = await client.query("select (crm_get_sync('{}') ->> 'durationMs')::float as ms");
      reports.push(rows[0].ms);
    }
    await client.end();
    const { connectionCode } = await server.startProduct(databaseUrl);
    const extension = await openExtension();
    const page = await extension.open('tab');
    await page.getByLabel('Connection code').fill(connectionCode);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const verdict = page.getByTestId('verdict').getByText('CRM data is synced');
    const checks: number[] = [];
    const walks: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await page.getByRole('tab', { name: 'Leads' }).click();
      // A view of its own, which knows of no earlier check.
      await page.reload();
      await page.locator('[data-lead]').first().waitFor();
      let start = performance.now();
      await page.getByRole('tab', { name: 'Sync', exact: true }).click();
      await verdict.waitFor();
      checks.push(performance.now() - start);
      start = performance.now();
      await page.getByRole('button', { name: 'Prove every row' }).click();
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
      await page.getByText(`Leads: proven · ${leads.toLocaleString('en')} rows`).waitFor({ timeout: 120_000 });
      await page.getByRole('button', { name: 'Prove again' }).waitFor();
      walks.push(performance.now() - start);
    }
    print(`${leads} leads: proof ${seconds(Math.min(...walks))} (${walks.map(seconds).join(', ')})`);
    print(`  report: ${reports.map(seconds).join(', ')}`);
    print(`  opening the Sync tab to its verdict: ${checks.map(seconds).join(', ')}`);
    if (leads === SIZES.at(-1)) print(`  goals: proof at most ${GOAL.proof} s, report at most ${GOAL.report} s`);
    await extension.close();
  }
} finally {
  await server.stop();
}
