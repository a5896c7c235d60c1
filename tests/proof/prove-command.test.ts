import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { syncReport } from '../../shared/contract/sync-report.ts';
import { withKey } from '../rig/api.ts';
import { type FaultyProxy, startFaultyProxy } from '../rig/faulty-proxy.ts';
import { createDataFolder, endProducts, type Product, runProgram, startProduct } from '../rig/product.ts';

const TABLE = 'kv_store_3cbf86a5';
const VIEWER_KEY = 'viewer-key-of-the-tests';

let product: Product;
let proxy: FaultyProxy;
let database: pg.Client;
beforeAll(async () => {
  product = await startProduct(await createDataFolder(), { VIEWER_KEY });
  proxy = await startFaultyProxy(product.url);
  database = new pg.Client({ connectionString: product.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await proxy.close();
  await endProducts();
});
const request = (method: string, path: string, body?: object) =>
  withKey(product.url)(method, path, { key: product.adminKey, body });
beforeEach(() => request('POST', '/seed'));
afterEach(async () => {
  proxy.set('pass');
  await database.query(`truncate ${TABLE}, crm.changes`);
});

async function prove(
  args: string[] = ['--url', proxy.url],
  environment: Record<string, string> = { ADMIN_KEY: product.adminKey },
) {
  const program = runProgram('cli/prove.ts', { args, environment });
  const { code } = await program.ended;
  const output = { stdout: program.stdout(), stderr: program.stderr() };
  expect(output.stdout + output.stderr).not.toContain(product.adminKey);
  return { code, ...output };
}

describe('exit code 0', () => {
  it('says what was compared, with the key of the data folder, and what was not', async () => {
    const secret = '{"id": "user_1_a", "email": "a@b.co", "name": "A", "accountStatus": "active", "password": "x"}';
    await database.query(`insert into ${TABLE} values ('user:user_1_a', $1)`, [secret]);
    await database.query(`update ${TABLE} set value = value || '["user_1_a"]' where key = 'users:index'`);
    await database.query(`insert into ${TABLE} values ('user:email:a@b.co', '"user_1_a"')`);
    const { code, stdout, stderr } = await prove(['--url', product.url], { DATA_DIR: product.dataDir });
    expect(stdout).toMatch(
      /^synced: 12 rows received, hashed here, and equal to what Postgres stores\. 1 row not checked\.\n/,
    );
    expect(stdout).toContain('durability  fsync on, synchronous_commit on, full_page_writes on');
    expect(stdout).toMatch(/^users {7}4 rows, 4 in the index$/m);
    expect(stdout).toMatch(/^users {7}3 rows compared; 1 row not checked, with a secret of an older install: equal$/m);
    expect(stderr).toContain('orders: 3 of 3\n');
    expect(code).toBe(0);
  });

  it('is given to a call for help', async () => {
    const { code, stdout, stderr } = await prove(['--help'], {});
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^Use `npm run prove -- /), '']);
  });

  it('is given to an empty table, by name', async () => {
    await request('DELETE', '/seed');
    const { code, stdout } = await prove(['--url', `${proxy.url}/`, '--key', product.adminKey], {});
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'synced: nothing is stored yet.']);
  });

  it('gives machines the same report', async () => {
    const { code, stdout } = await prove(['--json', '--url', proxy.url]);
    const printed = JSON.parse(stdout);
    expect(printed).toMatchObject({ verdict: 'synced', url: proxy.url });
    expect(syncReport.parse(printed.report)).toMatchObject({
      verdict: 'synced',
      counts: { leads: { rows: 6, indexed: 6 } },
    });
    expect(printed.proofs.map((proof: { entity: string; state: string }) => [proof.entity, proof.state])).toEqual([
      ['leads', 'proven'],
      ['users', 'proven'],
      ['orders', 'proven'],
    ]);
    expect(code).toBe(0);
  });
});

describe('exit code 1', () => {
  it('names what drifted, with keys and what to do, and lets nothing steer the terminal', async () => {
    await database.query(`update ${TABLE} set value = value - 0 where key = 'leads:index'`);
    await database.query(`insert into ${TABLE} values (E'odd\\x1b[2J', '{}')`);
    const { code, stdout } = await prove();
    expect(stdout).toMatch(/^drift: 1 finding, see below\.\n/);
    expect(stdout).toMatch(/^error: index\.missing, leads, 1\n {2}\S.*\n {2}lead:lead_0+6_seedlead6\n {2}\S.*$/m);
    expect(stdout).toContain('It is the button Repair under Sync in the extension, or POST /sync/repair of the API.');
    expect(stdout).toMatch(/^info: key\.unknown, /m);
    expect(stdout).toContain('odd\ufffd[2J');
    expect(stdout).not.toContain('\u001b');
    expect(code).toBe(1);
    expect(JSON.parse((await prove(['--json', '--url', proxy.url])).stdout).verdict).toBe('drift');
  });

  it('names a lead that was changed past the change log', async () => {
    const body = { email: 'ann@example.com', submissionId: crypto.randomUUID() };
    const { receipt } = await (await request('POST', '/leads', body)).json();
    await database.query('set session_replication_role = replica');
    await database.query(`update ${TABLE} set value = value || '{"email": "and@example.com"}' where key = $1`, [
      receipt.key,
    ]);
    await database.query('reset session_replication_role');
    const { code, stdout } = await prove();
    expect(stdout).toMatch(/^drift: 1 finding, see below\.\n/);
    expect(stdout).toMatch(new RegExp(`^error: row\\.changed, leads, 1\n {2}\\S.*\n {2}${receipt.key}$`, 'm'));
    expect(code).toBe(1);
  });

  it('names what is not as this API needs it, such as a log that is off and a function that is not ours', async () => {
    const [{ source }] = (
      await database.query("select pg_get_functiondef('crm.sync_findings()'::regprocedure) as source")
    ).rows;
    await database.query(
      `create or replace function crm.sync_findings() returns jsonb language sql stable as $$ select '[]'::jsonb $$`,
    );
    await database.query(`alter table ${TABLE} disable trigger crm_log_write`);
    const { code, stdout } = await prove();
    expect(stdout).toMatch(/^drift: 2 findings, see below\.\n/);
    expect(stdout).toMatch(/^schema {6}6 of 8 parts as the API needs them$/m);
    expect(stdout).toMatch(
      /^error: schema, functions\n {2}.*edited: crm\.sync_findings\(\)\.\n {2}Run `npm run migrate`/m,
    );
    expect(stdout).toMatch(
      /^error: schema, triggers\n {2}crm_log_write off, .*\n {2}Run in SQL: alter table .*enable trigger/m,
    );
    expect(code).toBe(1);
    await database.query(source);
    await database.query(`alter table ${TABLE} enable trigger crm_log_write`);
    expect((await prove()).code).toBe(0);
  });

  it('names a row that something in between changes', async () => {
    type Reply = { rows?: { key: string; text: string }[] };
    const change = ({ rows, ...rest }: Reply) => ({
      ...rest,
      rows: rows?.map((row) => ({ ...row, text: row.text.replace('sofia', 'Sofia') })),
    });
    const [{ key }] = (await database.query(`select key from ${TABLE} where key ~ '^lead:' order by key`)).rows;
    await database.query(`update ${TABLE} set value = value || '{"notes": "sofia"}' where key = $1`, [key]);
    proxy.set({ rewrite: change }, ({ path }) => path.startsWith('/sync/rows?entity=leads'));
    const { code, stdout } = await prove();
    expect(stdout).toMatch(/^drift: 1 finding/);
    expect(stdout).toMatch(new RegExp(`^error: page\\.differs, leads\n {2}\\S.*\n {2}${key}$`, 'm'));
    expect(stdout).toContain('stored   not compared');
    expect(code).toBe(1);
  });
});

describe('exit code 2', () => {
  const expectUnchecked = async (sentence: RegExp, ...args: Parameters<typeof prove>) => {
    const { code, stdout, stderr } = await prove(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/\.$/);
  };
  const at = (url: string) => ['--url', url];

  it('says that the key is wrong, or may only read, and where it was taken from', async () => {
    const wrong = 'another-key-of-the-tests';
    const dataDir = await createDataFolder();
    const file = join(dataDir, 'admin-key');
    await writeFile(file, `${wrong}\n`);
    for (const [args, environment, source] of [
      [['--key', wrong], { ADMIN_KEY: product.adminKey, DATA_DIR: dataDir }, 'given with --key'],
      [[], { ADMIN_KEY: wrong, DATA_DIR: product.dataDir }, 'of the environment variable ADMIN_KEY'],
      [[], { DATA_DIR: dataDir }, `of the file ${file}`],
    ] as const) {
      const { code, stdout, stderr } = await prove([...at(proxy.url), ...args], environment);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(` does not know the key ${source}. Use the admin key that it was started with`);
      expect(stderr).not.toContain(wrong);
    }
    await expectUnchecked(
      /^Not checked: The key of the environment variable ADMIN_KEY may not check .* use its admin key\.$/m,
      at(proxy.url),
      { ADMIN_KEY: VIEWER_KEY },
    );
  });

  it('says that nobody answers, or somebody else', async () => {
    const ended = await startFaultyProxy(product.url);
    await ended.close();
    await expectUnchecked(/^Not checked: Nobody answers at \S+ \(ECONNREFUSED\)\./m, at(ended.url));
    proxy.set('refuse');
    await expectUnchecked(/^Not checked: Nobody answers at /m);
    proxy.set('html');
    await expectUnchecked(/^Not checked: .* something else than our API would \(HTTP 200\)\.$/m);
    proxy.set({ status: 200, json: { success: true } });
    await expectUnchecked(/^Not checked: .* in a way that this command does not know/m);
    const error = { code: 'not_found', message: 'Nothing here.', requestId: 'r' };
    proxy.set({ status: 404, json: { success: false, error } });
    await expectUnchecked(
      /^Not checked: There is no API of ours at this path of \S+, or it is older than this command\./m,
    );
    proxy.set('pass');
    await expectUnchecked(/^Not checked: There is no API of ours at this path/m, at(`${proxy.url}/nowhere`));
    proxy.set({
      status: 503,
      json: { success: false, error: { ...error, code: 'database_unavailable', message: 'Away.' } },
    });
    await expectUnchecked(/^Not checked: .* cannot answer \(request r\): Away\.$/m);
  });

  it('says so to machines too', async () => {
    proxy.set('refuse');
    const { code, stdout } = await prove(['--json', '--url', proxy.url]);
    expect(JSON.parse(stdout)).toEqual({
      verdict: 'unchecked',
      reason: expect.stringMatching(/^Nobody answers/),
      url: proxy.url,
    });
    expect(code).toBe(2);
  });

  it('believes no report that was kept from earlier, nor one of other rows', async () => {
    const kept = await (await request('GET', '/sync')).json();
    const onReport = ({ path }: { path: string }) => path.startsWith('/sync?');
    proxy.set({ status: 200, json: kept }, onReport);
    await expectUnchecked(/^Not checked: The report is from before .* something in between keeps older answers\.$/m);
    type Reply = { nonce: string; report: { digests: Record<string, unknown> } };
    const ofOthers = ({ nonce, report }: Reply) => ({
      success: true,
      nonce,
      report: { ...report, digests: { ...report.digests, leads: report.digests.users } },
    });
    proxy.set({ rewrite: ofOthers }, onReport);
    const { code, stdout } = await prove();
    expect([code, stdout]).toEqual([
      2,
      expect.stringMatching(/^not checked: three times the report was about other rows/),
    ]);
  });

  it('answers a wrong call with a sentence', async () => {
    for (const [args, sentence] of [
      [['--url', 'nowhere'], /^--url is no address\. Use `npm run prove -- /],
      [['--url', 'ftp://127.0.0.1'], /^--url is no address\./],
      [['--url', 'http://crm.example.com'], /^--url is not encrypted/],
      [['--url', 'https://name:word@crm.example.com'], /^--url has more than host and path/],
      [['--verbose'], /^Use `npm run prove -- /],
      [['again'], /^Use `npm run prove -- /],
      [['--key', 'a\nb'], /^The key given with --key has spaces or special characters/],
    ] as const) {
      await expectUnchecked(sentence, [...args]);
    }
    const none = await createDataFolder();
    await expectUnchecked(/^There is no key: /, ['--url', proxy.url], { DATA_DIR: none });
    // The key of this machine's data folder is not for others.
    await expectUnchecked(/^There is no key: /, ['--url', 'https://crm.example.com'], {});
  });
});
