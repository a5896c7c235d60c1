import { readdir, readFile, readlink } from 'node:fs/promises';
import { isPostmaster } from './postmaster.ts';

/**
 * Ends what a killed server left behind on a cluster. Most of it notices by itself, but a query that is computing does
 * not until it is done, and holds the memory that keeps the next server from starting. Nothing is lost: its
 * transaction died with the server. Only Linux shows which folder a process works in; elsewhere, and in containers that
 * hide it, the next server has to wait.
 * @param dir the cluster, on which no server runs
 */
export async function endOrphans(dir: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await isOrphan(name, dir).catch(() => false))) process.kill(Number(name), 'SIGKILL');
  }
}

async function isOrphan(pid: string, dir: string): Promise<boolean> {
  if (!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).startsWith('postgres: ')) return false;
  if ((await readlink(`/proc/${pid}/cwd`)) !== dir) return false;
  const parent = /^PPid:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  // Its server lives after all, and only its postmaster.pid has been removed by hand.
  return !(await isPostmaster(Number(parent), dir));
}
