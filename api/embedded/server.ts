import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { StartError } from '../errors.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { ask } from './connection.ts';
import { endOrphans } from './orphans.ts';
import { portTaken } from './port.ts';
import { findPostmaster, forgetPostmaster, isPostmaster, type Postmaster } from './postmaster.ts';
import { runProgram } from './program.ts';
import { serverOptions } from './settings.ts';

export interface Server {
  binaries: Binaries;
  account: Account | undefined;
  cluster: Cluster;
  settings: Record<string, string>;
  logFile: string;
  log: (line: string) => void;
}

// How long leftovers of a killed server may hold the cluster, and how long a server may keep silent.
const patience = 10_000;

/** How long a person watches nothing happen before being told why. */
const SILENCE_MS = 3_000;

/**
 * Brings the cluster to the state "serves on some port": takes over a server that runs already, waits for one that
 * recovers, ends one that hangs, and starts one when there is none.
 * @param port where to start it; a running server keeps the port it has
 * @returns the server's process id and port
 * @throws StartError when it cannot be brought up; an AbortError when the signal says so
 */
export async function bringUp(server: Server, port: number, signal: AbortSignal): Promise<Postmaster> {
  const { dir, password } = server.cluster;
  let quietSince = Date.now();
  let sayWaiting = Date.now() + SILENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    if (Date.now() > sayWaiting) {
      server.log('Still waiting for PostgreSQL: it recovers from a crash, or others hold all its connections.');
      sayWaiting = Number.POSITIVE_INFINITY;
    }
    const running = await findPostmaster(dir);
    const answer = running && (await ask(running.port, password, dir));
    if (!running || answer === 'another cluster') {
      await start(server, port, Date.now() - quietSince < patience);
    } else {
      if (answer === 'ready') return running;
      if (answer === 'wrong password')
        throw new StartError(
          `The database in ${dir} does not accept the password in its file crm-password; restore that file from a backup.`,
        );
      // Replaying the log after a crash takes as long as it takes.
      if (answer === 'not yet' || running.status === 'starting') quietSince = Date.now();
      if (Date.now() - quietSince > patience) {
        server.log(`PostgreSQL (process ${running.pid}) does not answer; ending it to start it anew.`);
        await end(server, running.pid);
        quietSince = Date.now();
      }
    }
    await wait(100, undefined, { signal });
  }
}

/**
 * Stops the server in an orderly way, or at once when that takes too long; nothing committed is lost either way.
 */
export async function shutDown(server: Server): Promise<void> {
  if (await findPostmaster(server.cluster.dir)) await pgCtl(server, ['stop', '-s', '-w', '-t', '60', '-m', 'fast']);
  const remaining = await findPostmaster(server.cluster.dir);
  if (remaining) await end(server, remaining.pid);
}

async function start(server: Server, port: number, mayBeHeld: boolean): Promise<void> {
  const { dir } = server.cluster;
  // Opened here, so that the log may stand in a folder the account cannot write to.
  const log = await open(server.logFile, 'a+', 0o600);
  try {
    const { size } = await log.stat();
    const options = serverOptions(port, server.settings);
    if ((await pgCtl(server, ['start', '-s', '-w', '-t', '60', '-o', options], log.fd)) === 0) return;
    const text = await readFrom(log, size);
    // A recovery longer than pg_ctl waits for: the server is there and bringUp waits on.
    if (await findPostmaster(dir)) return;
    if (text.includes('postmaster.pid" already exists')) await forgetPostmaster(dir);
    else if (text.includes('pre-existing shared memory block')) await endOrphans(dir);
    else throw explain(text, port, server.logFile);
    if (!mayBeHeld) throw explain(text, port, server.logFile);
  } finally {
    await log.close();
  }
}

function explain(text: string, port: number, logFile: string): StartError {
  const lines = text.split('\n').filter((line) => line.trim() && !/^pg_ctl:|^Examine the log/.test(line));
  const line = lines.findLast((candidate) => /FATAL|PANIC/.test(candidate)) ?? lines.at(-1);
  const reason = line?.replace(/^.*?(?=FATAL|PANIC)/, '').trim() ?? 'it could not even write to its log';
  if (/could not bind|could not create any TCP\/IP sockets/.test(text)) return portTaken(port, 'already in use');
  if (text.includes('No space left on device'))
    return new StartError(`PostgreSQL did not start because its disk is full (${reason}); free some space.`);
  return new StartError(`PostgreSQL did not start (${reason}); ${logFile} says more.`);
}

async function readFrom(file: FileHandle, position: number): Promise<string> {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - position), 0, size - position, position);
  return buffer.toString('utf8', 0, bytesRead);
}

async function end(server: Server, pid: number): Promise<void> {
  const { dir } = server.cluster;
  await pgCtl(server, ['stop', '-s', '-w', '-t', '3', '-m', 'immediate']);
  for (let attempt = 0; attempt < 250 && (await isPostmaster(pid, dir)); attempt++) {
    if (attempt === 0) process.kill(pid, 'SIGKILL');
    await wait(20);
  }
}

async function pgCtl(server: Server, args: string[], output?: number): Promise<number> {
  const { account, binaries, cluster } = server;
  const options = { account, cluster: cluster.dir, ownSession: true, ...(output === undefined ? {} : { output }) };
  return (await runProgram(binaries.pgCtl, args, options)).code;
}
