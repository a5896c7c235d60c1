import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../errors.ts';
import type { Account } from './account.ts';

export interface Cluster {
  /** The folder itself, with every link resolved. */
  dir: string;
  password: string;
  owner: Account;
}

export const passwordFile = 'crm-password';

/**
 * Where a data folder's cluster stands, or would stand.
 * @returns the path inside the data folder, which may be a link to the real place
 */
export function clusterPath(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/**
 * Looks for the cluster of a data folder.
 * @returns the cluster, or undefined when there is none yet
 * @throws StartError when something is there that cannot be used; nothing is ever removed to make room
 */
export async function findCluster(dataDir: string): Promise<Cluster | undefined> {
  const path = clusterPath(dataDir);
  try {
    await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const dir = await realpath(path).catch((error) => {
    throw new StartError(
      `${path} points to a folder that is missing or closed (${error.code}); restore that folder, or remove ${path} to begin with an empty database.`,
    );
  });
  const { uid, gid } = await stat(dir);
  checkOwner(dir, uid);
  const password = await readFile(join(dir, passwordFile), 'utf8').catch((error) => {
    throw new StartError(
      `${dir} is not a database folder of this product (${passwordFile}: ${error.code}); restore it from a backup, or move it away to begin with an empty database.`,
    );
  });
  return { dir, password: password.trim(), owner: { uid, gid } };
}

/**
 * Makes sure a cluster was written by the PostgreSQL that is to run it.
 * @throws StartError when it was written by another major version
 */
export async function checkVersion(cluster: Cluster, major: number): Promise<void> {
  const version = (await readFile(join(cluster.dir, 'PG_VERSION'), 'utf8').catch(() => 'unknown')).trim();
  if (version === String(major)) return;
  throw new StartError(
    `The database in ${cluster.dir} was made by PostgreSQL ${version} and this release brings ${major}; start the release that made it, or move the data over with pg_dump and pg_restore.`,
  );
}

function checkOwner(dir: string, uid: number): void {
  const self = process.getuid?.();
  if (self === undefined || (self === 0 ? uid !== 0 : uid === self)) return;
  if (self === 0)
    throw new StartError(
      `The database in ${dir} belongs to root, as which PostgreSQL does not run; run: chown -R 65534:65534 '${dir}'`,
    );
  throw new StartError(
    `The database in ${dir} belongs to the user with id ${uid}; start the CRM as that user or set DATA_DIR to another folder.`,
  );
}
