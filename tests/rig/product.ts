import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from './eventually.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One of our programs as a process of its own, whatever becomes of it. */
export interface Program {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves when the process is gone and all it wrote has arrived. */
  ended: Promise<Ended>;
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
}

/** The product as its user has it: `npm start` without npm. */
export interface Product extends Program {
  url: string;
  adminKey: string;
  dataDir: string;
  databaseUrl: string;
  /** The process id of the running Postgres, or undefined when none runs. */
  postgresPid(): Promise<number | undefined>;
  /** Stops it as Ctrl-C does. */
  stop(): Promise<Ended>;
}

interface ProgramOptions {
  environment?: Record<string, string>;
  args?: string[];
}

const programs = new Set<ChildProcess>();
const folders = new Set<string>();

/** A new data folder. Postgres can stand inside although root started it; `closed` makes root put it elsewhere. */
export async function createDataFolder(access: 'open' | 'closed' = 'open'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crm-product-'));
  if (access === 'open') await chmod(folder, 0o711);
  folders.add(folder);
  return folder;
}

/** Runs one of the entries with nothing of our own environment but the path. */
export function runProgram(
  entry: 'node/main.ts' | 'cli/migrate.ts' | 'cli/prove.ts',
  { environment = {}, args = [] }: ProgramOptions = {},
): Program {
  const { PATH = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'api', entry), ...args], {
    cwd: ROOT,
    env: { PATH, ...(TMPDIR && { TMPDIR }), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  programs.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      programs.delete(child);
      done({ code, signal });
    });
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    signal: (signal) => {
      child.kill(signal);
    },
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs the product on a data folder without waiting for anything. Ports are free ones and rate limits are lifted. */
export function runProduct(dataDir: string, options: ProgramOptions = {}): Program {
  const environment = {
    PORT: '0',
    PG_PORT: '0',
    DATA_DIR: dataDir,
    RATE_LIMIT_PER_IP: '0',
    RATE_LIMIT_GLOBAL: '0',
    ...options.environment,
  };
  return runProgram('node/main.ts', { ...options, environment });
}

/**
 * Starts the product and waits until it has printed all it prints.
 * @throws with everything it wrote when it ends instead
 */
export async function startProduct(dataDir: string, environment: Record<string, string> = {}): Promise<Product> {
  const program = runProduct(dataDir, { environment });
  const started = waitUntil(() => /^extension: .*\n/m.test(program.stdout()));
  const gaveUp = program.ended.then((end) => {
    throw new Error(`The product ended (${end.code ?? end.signal}): ${program.stderr()}`);
  });
  await Promise.race([started, gaveUp]).finally(() => {
    started.catch(() => undefined);
    gaveUp.catch(() => undefined);
  });

  const read = (name: string) => readFile(join(dataDir, name), 'utf8').then((text) => text.trim());
  return {
    ...program,
    url: /^ready (\S+)$/m.exec(program.stdout())?.[1] ?? '',
    adminKey: environment.ADMIN_KEY ?? (await read('admin-key')),
    dataDir,
    databaseUrl: environment.DATABASE_URL ?? (await read('database-url')),
    postgresPid: () => findPostgres(dataDir),
    stop: () => program.kill('SIGTERM'),
  };
}

/** The server that runs on a data folder, by the file it wrote there. */
export async function findPostgres(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  // The file outlives a killed server, and its number may be another program's by now.
  return pid > 0 && (await processesOn(dataDir)).includes(pid) ? pid : undefined;
}

/** Every process that runs on a data folder, by its command line: Postgres, initdb and what they left behind. */
export async function processesOn(dataDir: string): Promise<number[]> {
  const cluster = await realpath(join(dataDir, 'postgres')).catch(() => dataDir);
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,stat=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(cluster) || line.includes(dataDir))
    .filter((line) => !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number.parseInt(line, 10));
}

/** Ends every program and server that this file's tests started and removes their folders. For afterEach or afterAll. */
export async function endProducts(): Promise<void> {
  for (const child of programs) child.kill('SIGKILL');
  await waitUntil(() => programs.size === 0);
  for (const folder of folders) {
    const server = await findPostgres(folder);
    // Immediate shutdown: it takes its children along.
    if (server) process.kill(server, 'SIGQUIT');
    await waitUntil(async () => (await processesOn(folder)).length === 0).catch(async () => {
      for (const pid of await processesOn(folder)) process.kill(pid, 'SIGKILL');
    });
    const cluster = await realpath(join(folder, 'postgres')).catch(() => undefined);
    if (cluster) await rm(cluster, { recursive: true, force: true, maxRetries: 5 });
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    folders.delete(folder);
  }
}
