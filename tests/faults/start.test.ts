import { execFile } from 'node:child_process';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { waitUntil } from '../rig/eventually.ts';
import { createDataFolder, endProducts, type Product, startProduct } from '../rig/product.ts';
import { newLedger, newSubmission, post, startLoad } from './load.ts';
import { printedRandom } from './random.ts';
import { onDatabase, readLeads } from './set-checker.ts';

const run = promisify(execFile);
const psqlIsInstalled = await run('psql', ['--version']).then(
  () => true,
  () => false,
);

afterEach(endProducts);

describe.each(['open', 'closed'] as const)('a start on a data folder that is %s to other accounts', (access) => {
  it('prints the documented lines in order and nothing else', async () => {
    const product = await startProduct(await createDataFolder(access));
    const extension = resolve(import.meta.dirname, '../../.output/chrome-mv3');
    expect(product.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+$/);
    const [code] = /vs1_\S+/.exec(product.stdout()) ?? [''];
    expect(product.stdout().split('\n')).toEqual([
      `ready ${product.url}`,
      `demo: ${product.url}/`,
      `psql: psql "$(cat '${join(await realpath(product.dataDir), 'database-url')}')"`,
      `connection code: ${code}`,
      `extension: ${extension}`,
      '',
    ]);
    expect(product.stderr()).toBe('');
    expect(decodeConnectionCode(code)).toEqual({ url: product.url, key: product.adminKey });
    expect((await fetch(`${product.url}/health`)).status).toBe(200);
    expect((await fetch(`${product.url}/`)).status).toBe(200);
  });

  it.skipIf(process.platform === 'win32')('keeps what is secret from other accounts', async () => {
    const { dataDir } = await startProduct(await createDataFolder(access));
    const open: string[] = [];
    for (const entry of await readdir(dataDir, { withFileTypes: true })) {
      const { mode } = await stat(join(dataDir, entry.name));
      if (mode & (entry.isFile() ? 0o777 & ~0o600 : 0o027)) open.push(`${entry.name} ${(mode & 0o777).toString(8)}`);
    }
    expect(open).toEqual([]);
    for (const name of ['admin-key', 'viewer-key', 'database-url', 'postgres.log']) {
      expect([name, (await stat(join(dataDir, name))).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
  });

  it('keeps its keys, its password and its leads for the next start', async () => {
    const dataDir = await createDataFolder(access);
    const first = await startProduct(dataDir);
    const { reply } = await post(first.url, newSubmission());
    await first.stop();
    const second = await startProduct(dataDir);
    expect(second.adminKey).toBe(first.adminKey);
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect((await readLeads(second)).map(({ key }) => key)).toEqual([reply?.receipt.key]);
    expect(second.stderr()).toBe('');
  });
});

// Without psql nobody can paste the line; the same rows are read with node-postgres in every other test.
it.skipIf(!psqlIsInstalled)(
  'prints a psql line that a shell runs, which shows a new lead first in the index',
  async () => {
    const product = await startProduct(await createDataFolder());
    await post(product.url, newSubmission());
    const submission = newSubmission();
    const { reply } = await post(product.url, submission);
    const line = /^psql: (.*)$/m.exec(product.stdout())?.[1];
    const psql = async (sql: string) => (await run('/bin/sh', ['-c', `${line} -XAtc "$0"`, sql])).stdout.trim();
    expect(await psql(`select value from kv_store_3cbf86a5 where key = 'lead:${reply?.leadId}'`)).toContain(
      submission.email,
    );
    const index = JSON.parse(await psql(`select value from kv_store_3cbf86a5 where key = 'leads:index'`));
    expect(index).toHaveLength(2);
    expect(index[0]).toBe(reply?.leadId);
  },
);

it('prints a psql line without a password for a folder whose name a shell would take apart', async () => {
  const dataDir = join(await createDataFolder(), `it's "a" $folder; echo`);
  const product = await startProduct(dataDir);
  const line = /^psql: (.*)$/m.exec(product.stdout())?.[1]?.replace(/^psql /, 'printf %s ');
  const { stdout } = await run('/bin/sh', ['-c', line ?? '']);
  expect(stdout).toBe(product.databaseUrl);
  await product.stop();
});

describe('what it writes down', () => {
  it("tells nobody the keys, the password or anybody's data, however requests and servers fail", async () => {
    const marker = 'marker.of.a.person';
    const product = await startProduct(await createDataFolder());
    const send = sender(product);
    const email = `${marker}@example.com`;
    const { submissionId } = newSubmission();

    const replies = [
      await send('POST', '/leads', { email, submissionId, name: marker, message: marker }),
      await send('POST', '/leads', { email, submissionId, name: `${marker} again` }),
      await send('POST', '/leads', { email: `${marker}@nowhere`, [marker]: marker }),
      await send('POST', '/leads', { email, message: `${marker} \u0000 \ud800` }),
      await send('POST', '/leads', { email, message: marker.repeat(5000) }),
      await send('POST', '/leads', `{"email": "${email}", ${marker}`),
      await send('POST', '/leads', { email, lf_extra: marker }),
      await send('GET', `/leads?q=${marker}`),
      await send('GET', `/leads?${marker}=1`),
      await send('GET', `/leads/${marker}`),
      await send('GET', `/${email}`),
      await send('GET', '/leads', undefined, { Authorization: `Bearer ${marker}-${marker}` }),
    ];
    expect(replies.slice(0, 2)).toEqual([201, 422]);
    expect(replies.filter((status) => status >= 500)).toEqual([]);

    // Now the same with Postgres failing under it, in the two ways that make both of them write to their logs.
    const random = printedRandom('kills while logs are watched');
    const ledger = newLedger();
    const stopLoad = startLoad(4, async () => product.url, ledger, random);
    const seesFailure = async () => {
      const seen = [
        await send('POST', '/leads', { email, message: marker }),
        await send('GET', `/leads?q=${marker}`),
        await send('GET', `/leads/${marker}`),
      ];
      return seen.includes(503);
    };
    const backends = 'select pid from pg_stat_activity where application_name = $1';
    const { rows } = await onDatabase(product, (client) => client.query(backends, ['vision-studio-crm']));
    process.kill(rows[0].pid, 'SIGKILL');
    await waitUntil(seesFailure, 1);
    await waitUntil(async () => (await send('GET', '/health')) === 200);
    const postmaster = await product.postgresPid();
    if (postmaster) process.kill(postmaster, 'SIGKILL');
    await waitUntil(seesFailure, 1);
    await waitUntil(async () => (await send('GET', '/health')) === 200);
    await stopLoad();

    expect(await product.stop()).toEqual({ code: 0, signal: null });
    expect(product.stderr()).toContain('database_unavailable');
    const log = await readFile(join(product.dataDir, 'postgres.log'), 'utf8');
    expect(log).toContain('database system is ready');

    const password = new URL(product.databaseUrl).password;
    const written = { stdout: product.stdout(), stderr: product.stderr(), 'postgres.log': log };
    for (const [name, text] of Object.entries(written)) {
      // A lead of the load counts as much as the marker.
      for (const secret of [product.adminKey, password, marker, '@example.com', ...[...ledger.attempted].slice(0, 1)]) {
        expect(text.includes(secret), `${name} holds ${secret}`).toBe(false);
      }
    }
  });
});

/** Sends as admin and gives the status. */
function sender({ url, adminKey }: Product) {
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  };
}
