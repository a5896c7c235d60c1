import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

export interface Postmaster {
  pid: number;
  port: number;
  /** What it last wrote about itself, such as "starting" or "ready". */
  status: string;
}

/**
 * Finds the server that runs on a cluster, by the postmaster.pid it wrote there.
 * @returns the server, or undefined when none runs: no file, a dead process, or an id that went to another program
 */
export async function findPostmaster(dir: string): Promise<Postmaster | undefined> {
  const lines = (await readIfThere(pidFile(dir))).split('\n');
  const pid = Number(lines[0]);
  if (!pid || !(await isPostmaster(pid, dir))) return undefined;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
}

/** Removes what a dead server left: postgres would not start while any process of its account has the id in it. */
export async function forgetPostmaster(dir: string): Promise<void> {
  await rm(pidFile(dir), { force: true });
}

/**
 * Says whether a process is the server of a cluster. That it lives is not enough: the id may be another program's after
 * a reboot, and a dead server is a zombie for ever when Node is a container's process 1.
 */
export async function isPostmaster(pid: number, dir: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const args = (await readIfThere(`/proc/${pid}/cmdline`)).split('\0');
    // Its children call themselves "postgres: checkpointer" and so on.
    if (basename(args[0] ?? '') !== 'postgres') return false;
    const folder = args[args.indexOf('-D') + 1] ?? '';
    // Somebody may have started it by hand, with a path we cannot resolve from here.
    return folder === dir || !isAbsolute(folder);
  }
  if (process.platform === 'win32') return lives(pid);
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres') && stdout.includes(dir);
}

/** The cheap question for a process that is known to have been the server a moment ago. */
export async function stillRuns(pid: number, dir: string): Promise<boolean> {
  return process.platform === 'linux' ? isPostmaster(pid, dir) : lives(pid);
}

/** Any other error must not pass for "not running": a second server would be started. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function pidFile(dir: string): string {
  return join(dir, 'postmaster.pid');
}
