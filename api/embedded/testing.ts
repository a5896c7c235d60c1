import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { waitUntil } from '../../tests/rig/eventually.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres.ts';
import { findPostmaster, type Postmaster } from './postmaster.ts';

/** An empty folder that every account can pass through, with an awkward name unless told; removed after the test. */
export function temporaryFolder(name = `crm it's "a" $HOME test-`): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  chmodSync(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder path that does not exist yet; its server and its cluster, wherever it lives, are gone after the test. */
export function temporaryDataFolder(parent = temporaryFolder()): string {
  const dataDir = join(parent, 'data');
  onTestFinished(async () => {
    const dir = await realpath(join(dataDir, 'postgres')).catch(() => undefined);
    if (!dir) return;
    const postmaster = await findPostmaster(dir);
    if (postmaster) process.kill(postmaster.pid, 'SIGQUIT');
    await waitUntil(async () => !(await findPostmaster(dir)));
    await rm(dir, { recursive: true, force: true });
  });
  return dataDir;
}

/** Starts in this process, with the sync to disk off, and stops after the test. */
export async function start(dataDir: string, port = 0, lines: string[] = []): Promise<EmbeddedPostgres> {
  const log = (line: string) => void lines.push(line);
  const postgres = await startEmbeddedPostgres({ dataDir, port, log, settings: { fsync: 'off' } });
  onTestFinished(() => postgres.stop());
  return postgres;
}

/** The server that runs on a data folder right now. */
export async function runningOn(dataDir: string): Promise<Postmaster> {
  const postmaster = await findPostmaster(await realpath(join(dataDir, 'postgres')));
  if (!postmaster) throw new Error(`no server runs on ${dataDir}`);
  return postmaster;
}

export interface Holder {
  process: ChildProcess;
  /** The database url, or the sentence it was refused with. */
  outcome: Promise<{ url: string } | { refused: string }>;
  /** kill -9, and wait until it is gone. */
  kill(): Promise<void>;
}

/** Starts the bundled PostgreSQL from a Node process of its own, which is killed after the test. */
export function startInChild(dataDir: string, account: { uid?: number; gid?: number } = {}): Holder {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('postgres.ts', import.meta.url).href)});
    try {
      const options = { dataDir: process.argv[1], port: 0, log: () => {}, settings: { fsync: 'off' } };
      const { url } = await startEmbeddedPostgres(options);
      console.log(JSON.stringify({ url }));
      setInterval(() => {}, 1e6);
    } catch (error) {
      console.log(JSON.stringify({ refused: error.name + ': ' + error.message }));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    ...account,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const outcome = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line));
  return { process: child, outcome, kill };
}

/** The url of a holder that must have started. */
export async function urlOf(holder: Holder): Promise<string> {
  const outcome = await holder.outcome;
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.url;
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}
