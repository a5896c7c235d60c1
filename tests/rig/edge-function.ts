import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PATIENCE_MS } from './patience.ts';
import type { SupabaseProject } from './supabase-project.ts';

const NAME = 'make-server-3cbf86a5';
const FOLDER = join(import.meta.dirname, '../../api/supabase/functions', NAME);

export interface EdgeFunction {
  port: number;
  /** What it wrote to its log. */
  log(): string;
  stop(): Promise<void>;
}

/** The package's own program: the command of the same name starts it as a child, which outlives its parent. */
function findDeno(): string {
  const { resolve } = createRequire(import.meta.url);
  const libc = process.platform === 'linux' ? '-glibc' : '';
  const name = `@deno/${process.platform}-${process.arch}${libc}`;
  const folder = dirname(createRequire(resolve('deno/package.json')).resolve(`${name}/package.json`));
  return join(folder, process.platform === 'win32' ? 'deno.exe' : 'deno');
}

/** What Supabase sets for every function of a project. */
export function edgeEnvironment({ url, keys }: Pick<SupabaseProject, 'url' | 'keys'>): Record<string, string> {
  return {
    SUPABASE_URL: url,
    SUPABASE_ANON_KEY: keys.legacyAnon,
    SUPABASE_SERVICE_ROLE_KEY: keys.legacyService,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishable }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secret }),
    SUPABASE_DB_URL: 'postgresql://postgres:unused@db.invalid:5432/postgres',
    SB_REGION: 'ap-southeast-1',
    DENO_DEPLOYMENT_ID: 'local',
  };
}

/**
 * Starts the function as it is deployed: the built folder and nothing else. It can fetch no package, read no file and run
 * no program, and has the memory that the platform gives.
 */
export async function startEdgeFunction(environment: Record<string, string>): Promise<EdgeFunction> {
  if (!existsSync(join(FOLDER, 'api.js'))) throw new Error('The edge function was not built: run `npm run build`.');
  const limits = ['--no-remote', '--no-npm', '--no-prompt', '--v8-flags=--max-old-space-size=256'];
  const child: ChildProcess = spawn(
    findDeno(),
    ['run', ...limits, '--allow-net', '--allow-env', join(FOLDER, 'index.ts')],
    {
      cwd: FOLDER,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NO_COLOR: '1', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const port = await new Promise<number>((found, fail) => {
    const late = setTimeout(() => fail(new Error(`The edge function does not start: ${log}`)), PATIENCE_MS);
    const read = (text: string) => {
      log += text;
      const match = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(log);
      if (!match) return;
      clearTimeout(late);
      found(Number(match[1]));
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', read);
    ended.then(() => fail(new Error(`The edge function ended: ${log}`)));
  });
  return {
    port,
    log: () => log,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
