import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { errorReply } from '../../shared/contract/errors.ts';
import { createTestDatabase } from '../rig/database.ts';
import {
  createDataFolder,
  endProducts,
  type Program,
  processesOn,
  runProduct,
  runProgram,
  startProduct,
} from '../rig/product.ts';
import { startTlsServer } from '../rig/tls-server.ts';
import { newSubmission, post } from './load.ts';

const NOBODY = 65534;

afterEach(endProducts);

describe('what the environment says', () => {
  it.each([
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['HOST', 'http://localhost'],
    ['PG_PORT', '5432x'],
    ['DATABASE_URL', 'mysql://somebody:s3cret@localhost/crm'],
    ['DATABASE_URL', 'localhost:5432/crm'],
    ['KV_TABLE', 'leads; drop table users'],
    ['ADMIN_KEY', 'tooshort'],
    ['ADMIN_KEY', 'a key with spaces in it'],
    ['ALLOWED_ORIGINS', 'https://example.com/path'],
    ['TRUST_PROXY', 'yes'],
    ['RATE_LIMIT_PER_IP', '1.5'],
    ['CURRENCY', 'Ringgit'],
  ])('%s=%s stops the start, is named, and nothing is made', async (name, value) => {
    const dataDir = join(await createDataFolder(), 'data');
    const program = runProduct(dataDir, { environment: { [name]: value } });
    await expectSentence(program, name);
    if (/KEY|URL/.test(name)) expect(program.stderr()).not.toContain(value);
    await expect(chmod(dataDir, 0o700)).rejects.toThrow('ENOENT');
  });

  it('one key for two roles stops the start without quoting it', async () => {
    const key = 'the-same-key-for-both';
    const program = runProduct(await createDataFolder(), { environment: { ADMIN_KEY: key, VIEWER_KEY: key } });
    await expectSentence(program, 'VIEWER_KEY');
    expect(program.stderr()).not.toContain(key);
  });

  it('a host name that is no address of this machine stops the start', async () => {
    const dataDir = await createDataFolder();
    await expectSentence(runProduct(dataDir, { environment: { HOST: '192.0.2.1' } }), '192.0.2.1', 'HOST');
    expect(await processesOn(dataDir)).toEqual([]);
  });
});

describe('ports', () => {
  it('a busy PORT stops the start, and Postgres with it', async () => {
    const dataDir = await createDataFolder();
    const port = await occupyPort();
    await expectSentence(runProduct(dataDir, { environment: { PORT: String(port) } }), String(port), 'PORT');
    expect(await processesOn(dataDir)).toEqual([]);
  });

  it('a busy PG_PORT stops the start', async () => {
    const dataDir = await createDataFolder();
    const port = await occupyPort();
    await expectSentence(runProduct(dataDir, { environment: { PG_PORT: String(port) } }), String(port), 'PG_PORT');
    expect(await processesOn(dataDir)).toEqual([]);
  });
});

describe('the data folder', () => {
  it('in use by a running product stops the start and names that product, which goes on serving', async () => {
    const dataDir = await createDataFolder();
    const first = await startProduct(dataDir);
    await expectSentence(runProduct(dataDir), `process ${first.pid}`, 'DATA_DIR');
    await expectSentence(
      runProduct(join(dataDir, '..', 'x', '..', dataDir.split('/').at(-1) ?? '')),
      String(first.pid),
    );
    expect((await post(first.url, newSubmission())).name).toBe('stored 201');
    expect(await first.stop()).toEqual({ code: 0, signal: null });
  });

  it('that is a file stops the start', async () => {
    const file = join(await createDataFolder(), 'file');
    await writeFile(file, 'mine');
    await expectSentence(runProduct(file), file, 'DATA_DIR');
  });

  it('below a file stops the start', async () => {
    const file = join(await createDataFolder(), 'file');
    await writeFile(file, 'mine');
    await expectSentence(runProduct(join(file, 'data')), file, 'DATA_DIR');
  });

  it.skipIf(process.platform === 'win32')('that cannot be written stops the start', async () => {
    const parent = await createDataFolder();
    await chmod(parent, 0o500);
    // Root may write anywhere but in the kernel's own folders.
    const dataDir = process.getuid?.() === 0 ? '/sys/vision-studio-crm' : join(parent, 'closed');
    await expectSentence(runProduct(dataDir), dataDir, 'DATA_DIR');
    await chmod(parent, 0o700);
  });

  it('with a key file that holds no key stops the start, and Postgres with it', async () => {
    const dataDir = await createDataFolder();
    await writeFile(join(dataDir, 'admin-key'), '\n');
    await expectSentence(runProduct(dataDir), join(dataDir, 'admin-key'));
    expect(await processesOn(dataDir)).toEqual([]);
  });

  it('whose database lost its password file stops the start and leaves everything as it is', async () => {
    const dataDir = await createDataFolder();
    await mkdir(join(dataDir, 'postgres'));
    if (process.getuid?.() === 0) await chown(join(dataDir, 'postgres'), NOBODY, NOBODY);
    await expectSentence(runProduct(dataDir), join(dataDir, 'postgres'));
    expect(await processesOn(dataDir)).toEqual([]);
  });
});

describe('DATABASE_URL', () => {
  it.each(['node/main.ts', 'cli/migrate.ts'] as const)(
    'that nobody answers at stops %s without quoting the password',
    async (entry) => {
      const port = await occupyPort('release');
      const program = await runOn(entry, `postgresql://postgres:s3cret-word@127.0.0.1:${port}/crm`);
      await expectSentence(program, 'DATABASE_URL');
      expect(program.stderr()).not.toContain('s3cret-word');
    },
  );

  it.each(['node/main.ts', 'cli/migrate.ts'] as const)('with an unknown host stops %s', async (entry) => {
    await expectSentence(await runOn(entry, 'postgresql://postgres:pw@nowhere.invalid/crm'), 'DATABASE_URL');
  });

  it.each(['node/main.ts', 'cli/migrate.ts'] as const)(
    'with a wrong password stops %s without quoting it',
    async (entry) => {
      const url = new URL((await emptyDatabase()).url);
      url.password = 'wr0ng-word';
      const program = await runOn(entry, url.href);
      await expectSentence(program, 'DATABASE_URL');
      expect(program.stderr()).not.toContain('wr0ng-word');
    },
  );

  it.each(['node/main.ts', 'cli/migrate.ts'] as const)('with an unknown database stops %s', async (entry) => {
    const url = new URL((await emptyDatabase()).url);
    url.pathname = '/no_such_database';
    await expectSentence(await runOn(entry, url.href), 'DATABASE_URL');
  });

  it('whose certificate is not accepted stops the start and says so', async () => {
    const server = await startTlsServer();
    onTestFinished(server.close);
    const program = await runOn(
      'node/main.ts',
      `postgresql://postgres:s3cret-word@127.0.0.1:${server.port}/crm?sslmode=verify-full`,
    );
    await expectSentence(program, 'certificate', 'sslrootcert');
    expect(program.stderr()).not.toMatch(/s3cret-word|check that it runs/);
  });

  it('without our schema starts, answers every request with 503 schema_missing, and migrate mends it meanwhile', async () => {
    const database = await emptyDatabase();
    const product = await startProduct(await createDataFolder(), {
      DATABASE_URL: database.url,
      ADMIN_KEY: 'the-admin-key-of-this-test',
    });
    expect(product.stderr()).toMatch(/^[^\n]*npm run migrate[^\n]*\n$/);
    expect(product.stdout()).not.toContain('demo:');
    const headers = { Authorization: 'Bearer the-admin-key-of-this-test' };
    for (const path of ['/health', '/leads', '/changes']) {
      const response = await fetch(product.url + path, { headers });
      const { code, message } = errorReply.loose().parse(await response.json()).error;
      expect([path, response.status, code]).toEqual([path, 503, 'schema_missing']);
      expect(message).toContain('npm run migrate');
    }
    expect((await post(product.url, newSubmission())).name).toMatch(/^503 schema_missing/);

    const migrate = await runOn('cli/migrate.ts', database.url);
    expect(await migrate.ended).toEqual({ code: 0, signal: null });
    expect([migrate.stdout(), migrate.stderr()]).toEqual(['migrated kv_store_3cbf86a5\n', '']);
    expect((await fetch(`${product.url}/health`)).status).toBe(200);
    expect((await post(product.url, newSubmission())).name).toBe('stored 201');
    expect(await product.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('migrate', () => {
  it('without DATABASE_URL says that it needs one', async () => {
    await expectSentence(runProgram('cli/migrate.ts'), 'DATABASE_URL');
  });

  it('with a bad DATABASE_URL or KV_TABLE says so', async () => {
    await expectSentence(await runOn('cli/migrate.ts', 'not a url'), 'DATABASE_URL');
    const { url } = await emptyDatabase();
    const program = runProgram('cli/migrate.ts', { environment: { DATABASE_URL: url, KV_TABLE: 'users' } });
    await expectSentence(program, 'KV_TABLE');
  });
});

/** One sentence on standard error with these words in it, nothing on standard output, exit code 1. */
async function expectSentence(program: Program, ...words: string[]): Promise<void> {
  const end = await program.ended;
  const text = program.stderr();
  expect(text).toMatch(/^\S[^\n]*\.\n$/);
  expect(text).not.toMatch(/\bat .*:\d+:\d+|node:internal|Error:/);
  for (const word of words) expect(text).toContain(word);
  expect(program.stdout()).toBe('');
  expect(end).toEqual({ code: 1, signal: null });
}

async function runOn(entry: 'node/main.ts' | 'cli/migrate.ts', url: string): Promise<Program> {
  const environment = { DATABASE_URL: url };
  return entry === 'node/main.ts'
    ? runProduct(await createDataFolder(), { environment })
    : runProgram(entry, { environment });
}

async function emptyDatabase() {
  const database = await createTestDatabase('empty');
  onTestFinished(() => database.drop());
  return database;
}

/** A port that another program has, or had a moment ago. */
async function occupyPort(then: 'keep' | 'release' = 'keep'): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const release = () => new Promise<void>((done) => server.close(() => done()));
  if (then === 'release') await release();
  else onTestFinished(release);
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
