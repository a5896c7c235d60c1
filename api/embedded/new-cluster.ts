import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../errors.ts';
import { type Account, isPassableFor } from './account.ts';
import type { Binaries } from './binaries.ts';
import { clusterPath, passwordFile } from './cluster.ts';
import { explainFileError, syncFolder } from './data-folder.ts';
import { runProgram } from './program.ts';

const outside = '/var/lib/vision-studio-crm';
const unfinished = 'postgres.new-';

/**
 * Makes the cluster of a data folder that has none. It is made in a folder under another name and renamed when it is
 * complete and on disk, so that whatever bears the final name is a real cluster and no half of one.
 * @param durable false skips the sync to disk, for tests
 * @throws StartError when the folder cannot be written or initdb fails
 */
export async function createCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
): Promise<void> {
  await removeUnfinished(dataDir, 0);
  try {
    if (isPassableFor(account, dataDir)) {
      await build(dataDir, clusterPath(dataDir), binaries, account, durable);
    } else {
      // Opening the user's own folders is not ours to do, so the cluster lives elsewhere and a link leads to it.
      await mkdir(outside, { recursive: true });
      await chmod(outside, 0o755);
      await removeUnfinished(outside, 3_600_000);
      const dir = join(outside, randomBytes(8).toString('hex'));
      await build(outside, dir, binaries, account, durable);
      await symlink(dir, clusterPath(dataDir));
      await syncFolder(dataDir);
    }
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function build(
  home: string,
  dir: string,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
): Promise<void> {
  const work = await mkdtemp(join(home, unfinished));
  const cluster = join(work, 'data');
  const password = join(work, passwordFile);
  try {
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    if (account) for (const path of [password, work]) await chown(path, account.uid, account.gid);
    await initdb(binaries, account, cluster, password, durable);
    await rename(password, join(cluster, passwordFile));
    await syncFolder(cluster);
    await rename(cluster, dir);
    // Not before the name is safe on disk may a lead be stored: a power cut would give the folder its old name back.
    await syncFolder(home);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function initdb(
  binaries: Binaries,
  account: Account | undefined,
  cluster: string,
  password: string,
  durable: boolean,
): Promise<void> {
  // The builtin provider brings its own C.UTF-8, so that no system locale has to exist and no upgrade of one can
  // change the order of an index.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${password}`];
  const safety = ['--data-checksums', ...(durable ? [] : ['--no-sync'])];
  const { code, text } = await runProgram(binaries.initdb, ['-D', cluster, ...access, ...locale, ...safety], {
    account,
  });
  if (code === 0) return;
  if (text.includes('No space left on device')) throw Object.assign(new Error(text), { code: 'ENOSPC' });
  const reason = text.split('\n').findLast((line) => /error|fatal/i.test(line)) ?? `exit code ${code}`;
  throw new StartError(
    `PostgreSQL could not make its database folder (${reason.trim()}); mend that or set DATABASE_URL to another PostgreSQL.`,
  );
}

/** What a killed initdb left. In the folder all data folders share, a young one may belong to a start going on now. */
async function removeUnfinished(home: string, minimumAge: number): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(unfinished)) continue;
    const path = join(home, name);
    const { mtimeMs } = await stat(path);
    // An initdb that outlived its Node may still be writing into it; then the next start removes the rest.
    if (Date.now() - mtimeMs >= minimumAge) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
