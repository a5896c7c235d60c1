import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../../tests/rig/eventually.ts';
import { query, runningOn, start, startInChild, temporaryDataFolder, urlOf } from './testing.ts';

test('after kill -9 of Node the next start takes over the running server with its rows', async () => {
  const dataDir = temporaryDataFolder();
  const holder = startInChild(dataDir);
  const url = await urlOf(holder);
  await query(url, `create table kept as select 'Ada' as name`);
  await holder.kill();
  const before = await runningOn(dataDir);
  const lines: string[] = [];
  const postgres = await start(dataDir, 0, lines);
  expect((await runningOn(dataDir)).pid).toBe(before.pid);
  expect(lines.join()).toContain('Took over');
  expect(await query(postgres.url, 'select name from kept')).toEqual([{ name: 'Ada' }]);
});

test('after kill -9 of Node and of the server the next start recovers the rows', async () => {
  const dataDir = temporaryDataFolder();
  const holder = startInChild(dataDir);
  await query(await urlOf(holder), `create table kept as select 'Ada' as name`);
  await holder.kill();
  process.kill((await runningOn(dataDir)).pid, 'SIGKILL');
  const postgres = await start(dataDir);
  expect(await query(postgres.url, 'select name from kept')).toEqual([{ name: 'Ada' }]);
});

test('a killed server, and then a killed connection, are back by themselves', async () => {
  const lines: string[] = [];
  const dataDir = temporaryDataFolder();
  const postgres = await start(dataDir, 0, lines);
  await query(postgres.url, `create table kept as select 'Ada' as name`);
  const serves = () => query(postgres.url, 'select name, pg_backend_pid() as pid from kept').catch(() => undefined);
  const before = await runningOn(dataDir);
  process.kill(before.pid, 'SIGKILL');
  await waitUntil(() => lines.some((line) => line.includes('runs again')));
  expect(await serves()).toMatchObject([{ name: 'Ada' }]);
  const after = await runningOn(dataDir);
  expect(after.pid).not.toBe(before.pid);

  const sleeping = query(postgres.url, 'select pg_sleep(600)').catch((error) => error);
  const victim = () =>
    query(postgres.url, `select pid from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active'`);
  process.kill(Number((await waitUntil(async () => (await victim())[0]))?.pid), 'SIGKILL');
  expect(await sleeping).toBeInstanceOf(Error);
  expect(await waitUntil(serves)).toMatchObject([{ name: 'Ada' }]);
});

test('a query that goes on computing after its server was killed does not hold up the next one', async () => {
  const dataDir = temporaryDataFolder();
  const postgres = await start(dataDir);
  await query(postgres.url, `create table kept as select 'Ada' as name`);
  const endless = 'select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b';
  const computing = query(postgres.url, endless).catch((error) => error);
  const found = `select 1 from pg_stat_activity where query = '${endless}' and wait_event is null`;
  await waitUntil(async () => (await query(postgres.url, found)).length > 0);
  process.kill((await runningOn(dataDir)).pid, 'SIGKILL');
  const serves = () => query(postgres.url, 'select name from kept').catch(() => undefined);
  expect(await waitUntil(serves)).toEqual([{ name: 'Ada' }]);
  expect(await computing).toBeInstanceOf(Error);
});

test('a server that hangs is ended and started anew', async () => {
  const dataDir = temporaryDataFolder();
  const holder = startInChild(dataDir);
  await query(await urlOf(holder), `create table kept as select 'Ada' as name`);
  await holder.kill();
  process.kill((await runningOn(dataDir)).pid, 'SIGSTOP');
  const lines: string[] = [];
  const postgres = await start(dataDir, 0, lines);
  expect(lines.join()).toContain('does not answer');
  expect(await query(postgres.url, 'select name from kept')).toEqual([{ name: 'Ada' }]);
});

test('what a killed initdb left is cleared away, and the folder serves', async () => {
  const dataDir = temporaryDataFolder();
  await mkdir(join(dataDir, 'postgres.new-abc', 'data', 'base'), { recursive: true });
  await writeFile(join(dataDir, 'postgres.new-abc', 'data', 'PG_VERSION'), '18\n');
  const postgres = await start(dataDir);
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await expect(stat(join(dataDir, 'postgres.new-abc'))).rejects.toThrow(/ENOENT/);
});

test('a Node killed in the middle of initdb leaves nothing that stands in the way', async () => {
  const dataDir = temporaryDataFolder();
  const holder = startInChild(dataDir);
  await waitUntil(() => stat(join(dataDir, 'in-use.pid')).catch(() => undefined));
  await holder.kill();
  const postgres = await start(dataDir);
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a stale postmaster.pid is no obstacle, even when its id went to another process of the same user', async () => {
  const dataDir = temporaryDataFolder();
  const holder = startInChild(dataDir);
  await query(await urlOf(holder), `create table kept as select 'Ada' as name`);
  await holder.kill();
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  await copyFile(pidFile, `${pidFile}.kept`);
  await (await start(dataDir)).stop();
  // The server of another data folder runs as the same account: the likeliest taker of the id after a reboot.
  const otherDataDir = temporaryDataFolder();
  await start(otherDataDir);
  const lines = (await readFile(`${pidFile}.kept`, 'utf8')).split('\n');
  await writeFile(pidFile, [(await runningOn(otherDataDir)).pid, ...lines.slice(1)].join('\n'));
  const postgres = await start(dataDir);
  expect(await query(postgres.url, 'select name from kept')).toEqual([{ name: 'Ada' }]);
});
