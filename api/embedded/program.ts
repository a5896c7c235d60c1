import { spawn } from 'node:child_process';
import { StartError } from '../errors.ts';
import type { Account } from './account.ts';

export interface ProgramOptions {
  account: Account | undefined;
  /** The cluster folder: goes in by the environment, because pg_ctl pastes a -D into a shell command unescaped. */
  cluster?: string;
  /** A file descriptor that receives all output; without it the output is returned. */
  output?: number;
  /** In a session of its own a program does not get the terminal's Ctrl-C, which is meant for Node. */
  ownSession?: boolean;
}

// Our own secrets stay out of the server's environment, and PG* variables of the user out of its configuration.
const passedOn = ['PATH', 'SystemRoot', 'ComSpec', 'TEMP', 'TMP', 'USERPROFILE', 'TMPDIR'];

/**
 * Runs one of PostgreSQL's programs to its end.
 * @returns its exit code and, unless `output` was given, everything it printed
 * @throws StartError when the system cannot execute it at all
 */
export function runProgram(
  file: string,
  args: string[],
  options: ProgramOptions,
): Promise<{ code: number; text: string }> {
  const sink = options.output ?? 'pipe';
  const child = spawn(file, args, {
    ...options.account,
    // Node's own working directory may be closed to the account.
    cwd: process.platform === 'win32' ? undefined : '/',
    env: environment(options.cluster),
    stdio: ['ignore', sink, sink],
    detached: Boolean(options.ownSession) && process.platform !== 'win32',
    windowsHide: true,
  });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      const reason = `The bundled PostgreSQL cannot run on this system (${error.message})`;
      reject(
        new StartError(`${reason}; set DATABASE_URL to the address of a PostgreSQL 15 or later.`, { cause: error }),
      );
    });
    child.on('close', (code) => resolve({ code: code ?? -1, text }));
  });
}

function environment(cluster: string | undefined): NodeJS.ProcessEnv {
  // TZ spares initdb the search through all time zones; LC_ALL keeps messages in the language we look for.
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of passedOn) if (process.env[name] !== undefined) env[name] = process.env[name];
  if (cluster) env.PGDATA = cluster;
  return env;
}
