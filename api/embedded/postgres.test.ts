import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '../../tests/rig/eventually.ts';
import { StartError } from '../errors.ts';
import { startEmbeddedPostgres } from './postgres.ts';
import { query, start, startInChild, temporaryDataFolder, temporaryFolder, urlOf } from './testing.ts';

test('a fresh start is durable, UTF-8, on loopback only, and keeps its secrets to its owner', async () => {
  const dataDir = temporaryDataFolder();
  const postgres = await startEmbeddedPostgres({ dataDir, port: 0, log: () => {} });
  onTestFinished(() => postgres.stop());
  const [row] = await query(
    postgres.url,
    `select current_setting('fsync') fsync, current_setting('full_page_writes') pages, current_setting('synchronous_commit') commit,
       current_setting('data_checksums') checksums, current_setting('listen_addresses') addresses,
       current_setting('unix_socket_directories') sockets, current_database() database, current_setting('server_encoding') encoding, upper('ä') upper`,
  );
  const safe = { fsync: 'on', pages: 'on', commit: 'on', checksums: 'on' };
  expect(row).toEqual({ ...safe, addresses: '127.0.0.1', sockets: '', database: 'crm', encoding: 'UTF8', upper: 'Ä' });
  expect((await readFile(postgres.urlFile, 'utf8')).trim()).toBe(postgres.url);
  for (const file of ['database-url', 'postgres.log', 'in-use.lock']) {
    expect((await stat(join(dataDir, file))).mode & 0o777, file).toBe(0o600);
  }
  await expect(query(postgres.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
});

test('rows, address and password survive a stop and a start, and stop can be called twice', async () => {
  const dataDir = temporaryDataFolder();
  const first = await start(dataDir);
  await query(first.url, `create table kept as select 'Ada' as name`);
  await Promise.all([first.stop(), first.stop()]);
  await expect(query(first.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  const second = await start(dataDir);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select name from kept')).toEqual([{ name: 'Ada' }]);
});

test('a second start is refused with the process id of the first', async () => {
  const dataDir = temporaryDataFolder();
  const holder = startInChild(dataDir);
  const url = await urlOf(holder);
  const refusal = await start(dataDir).catch((error) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect(refusal.message).toContain(`in use by another Vision Studio CRM (process ${holder.process.pid})`);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('of starts at the same moment exactly one wins', async () => {
  const dataDir = temporaryDataFolder();
  const holders = [startInChild(dataDir), startInChild(dataDir), startInChild(dataDir)];
  const outcomes = await Promise.all(holders.map((holder) => holder.outcome));
  const winner = holders[outcomes.findIndex((outcome) => 'url' in outcome)];
  const refusals = outcomes.flatMap((outcome) => ('refused' in outcome ? [outcome.refused] : []));
  expect(refusals).toHaveLength(2);
  for (const refusal of refusals) expect(refusal).toContain(`StartError: The data folder`);
  for (const refusal of refusals) expect(refusal).toContain(`(process ${winner?.process.pid})`);
});

test('people do not appear in the log file', async () => {
  const dataDir = temporaryDataFolder();
  const { url } = await start(dataDir);
  await query(url, 'create table leads (email text primary key, age int)');
  await query(url, 'insert into leads values ($1)', ['ada@example.org']);
  await expect(query(url, 'insert into leads values ($1)', ['ada@example.org'])).rejects.toThrow(/duplicate key/);
  await expect(query(url, `insert into leads values ('x', 'ada@example.org')`)).rejects.toThrow(/invalid input/);
  await expect(query(url, 'select $1::jsonb', ['{ada@example.org'])).rejects.toThrow(/json/);
  await expect(query(url, `do $$ begin raise warning 'ada@example.org'; raise log 'seen'; end $$`)).resolves.toEqual(
    [],
  );
  await waitUntil(async () => (await readFile(join(dataDir, 'postgres.log'), 'utf8')).includes('seen'));
  expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toContain('ada@');
});

test('a busy port that was asked for is refused, and left for another one that was not', async () => {
  const dataDir = temporaryDataFolder();
  const first = await start(dataDir);
  await first.stop();
  const port = Number(new URL(first.url).port);
  const squatter = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void squatter.close());
  await expect(start(dataDir, port)).rejects.toThrow(new RegExp(`^Port ${port} on 127.0.0.1 cannot be used .*PG_PORT`));
  const second = await start(dataDir);
  expect(new URL(second.url).port).not.toBe(String(port));
});

test('a running server moves to the port that is asked for', async () => {
  const dataDir = temporaryDataFolder();
  const holder = startInChild(dataDir);
  const old = Number(new URL(await urlOf(holder)).port);
  await holder.kill();
  const port = old === 31_999 ? old - 1 : old + 1;
  expect(new URL((await start(dataDir, port)).url).port).toBe(String(port));
});

test('a data folder that cannot be one is refused in a sentence', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(start(join(folder, 'file'))).rejects.toThrow(/^The data folder .* is a file; set DATA_DIR/);
  await expect(start(join(folder, 'file', 'below'))).rejects.toThrow(/below something that is a file; set DATA_DIR/);
});

test('a folder that is no cluster, or another version of one, is refused and left as it is', async () => {
  const dataDir = temporaryDataFolder();
  await (await start(dataDir)).stop();
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await expect(start(dataDir)).rejects.toThrow(/made by PostgreSQL 17 and this release brings 18/);
  await rm(join(dataDir, 'postgres', 'crm-password'));
  await expect(start(dataDir)).rejects.toThrow(/is not a database folder of this product/);
  expect((await stat(join(dataDir, 'postgres', 'base'))).isDirectory()).toBe(true);
});

test('a start that is told to stop leaves nothing running and nothing locked', async () => {
  const dataDir = temporaryDataFolder();
  const stopped = startEmbeddedPostgres({ dataDir, port: 0, log: () => {}, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow(/abort/i);
  const again = await start(dataDir);
  expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
