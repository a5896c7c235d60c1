import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StartError } from '../errors.ts';

/**
 * Makes the data folder when it is missing and leaves an existing one exactly as it is.
 * @throws StartError when it cannot be made
 */
export async function makeDataFolder(dataDir: string): Promise<void> {
  // Root runs PostgreSQL as another account, which has to walk through; every file inside is 0600 all the same.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await makeFolder(resolve(dataDir), mode).catch((error) => {
    throw explainFileError(error, dataDir);
  });
}

/** Node's own recursive mkdir never comes back from a folder like /proc, and hides that a disk is read-only. */
async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path), mode);
    await mkdir(path, { mode });
  }
}

/**
 * Puts a file in place whole or not at all, readable by its owner only.
 * @throws what the file system throws
 */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Makes a rename inside a folder survive a power cut. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/**
 * Turns an error about the data folder, most often the file system's, into a sentence.
 * @returns a StartError; an error that already is one comes back unchanged
 */
export function explainFileError(error: unknown, path: string): StartError {
  if (error instanceof StartError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const closed = `Cannot write to the data folder ${path} (${code}); make it writable or set DATA_DIR to another folder.`;
  const sentences: Record<string, string> = {
    EACCES: closed,
    EPERM: closed,
    EROFS: closed,
    EEXIST: `The data folder ${path} is a file; set DATA_DIR to a folder.`,
    ENOTDIR: `The data folder ${path} lies below something that is a file; set DATA_DIR to a folder.`,
    ENOSPC: `The disk that holds ${path} is full; free some space or set DATA_DIR to a folder on another disk.`,
    EDQUOT: `The disk quota for ${path} is used up; free some space or set DATA_DIR to a folder on another disk.`,
  };
  const other = `The database cannot be started in the data folder ${path} (${message}); mend that or set DATA_DIR to another folder.`;
  return new StartError(sentences[code] ?? other, { cause: error });
}
