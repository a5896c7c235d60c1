import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { StartError } from '../errors.ts';
import { explainFileError, writePrivateFile } from './data-folder.ts';

const sqliteBusy = 5;

/**
 * Takes the data folder for this process until it ends or calls the returned function.
 *
 * The lock is an SQLite transaction on an empty file, because that is the one operating system file lock Node can take
 * without a native addon (fcntl, LockFileEx on Windows). The kernel gives it to exactly one process and takes it back at
 * kill -9, so there is no stale lock and no take-over race, and it holds across containers that share a volume, where
 * comparing process ids would lie. The process id stands in a file beside it, for the message only.
 * @throws StartError naming the process that has the folder, or saying why the lock cannot be taken
 */
export async function lockDataFolder(dataDir: string): Promise<() => void> {
  const lockFile = join(dataDir, 'in-use.lock');
  const pidFile = join(dataDir, 'in-use.pid');
  try {
    // 0600, so that no other user can hold it. 'wx' never opens an existing file: closing any descriptor of it would
    // drop this process's own fcntl lock.
    await writeFile(lockFile, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainFileError(error, dataDir);
  }
  const release = tryLock(lockFile, dataDir);
  if (!release)
    throw new StartError(
      `The data folder ${dataDir} is in use by another Vision Studio CRM (${await holder(pidFile)}); stop it or set DATA_DIR to another folder.`,
    );
  try {
    await writePrivateFile(pidFile, `${process.pid}\n`);
  } catch (error) {
    release();
    throw explainFileError(error, dataDir);
  }
  return release;
}

function tryLock(lockFile: string, dataDir: string): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(lockFile, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
    const held = database;
    return () => held.isOpen && held.close();
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw explainFileError(error, dataDir);
  }
}

/** The winner writes its id a moment after it got the lock, and until then an id from an earlier run may stand there. */
async function holder(pidFile: string): Promise<string> {
  for (let attempt = 0; attempt < 40; attempt++) {
    await wait(50);
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    if (pid > 0 && isAlive(pid)) return `process ${pid}`;
  }
  return 'its process is not visible from here';
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
