import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withKey } from '../rig/api.ts';
import { type LocalProject, startLocalProject } from '../rig/local-project.ts';
import { createDataFolder, endProducts, runProgram } from '../rig/product.ts';

const TABLE = 'kv_store_3cbf86a5';

let local: LocalProject;
beforeAll(async () => {
  local = await startLocalProject({ dataDir: await createDataFolder() });
});
afterAll(async () => {
  await local.stop();
  await endProducts();
});

it('npm run prove checks the deployed function at its address in the project', async () => {
  const { url, adminKey, databaseUrl } = local;
  await withKey(url)('POST', '/seed', { key: adminKey });
  const prove = async () => {
    const program = runProgram('cli/prove.ts', { args: ['--url', url], environment: { ADMIN_KEY: adminKey } });
    const { code } = await program.ended;
    return [code, program.stdout().split('\n')[0]];
  };
  expect(await prove()).toEqual([0, expect.stringMatching(/^synced: 12 rows received/)]);
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  await database.query(`delete from ${TABLE} where key = 'users:index'`);
  await database.end();
  expect(await prove()).toEqual([1, 'drift: 1 finding, see below.']);
});
