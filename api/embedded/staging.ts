import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { makeLibraryLinks } from './library-links.ts';

/**
 * Copies a package's `native` folder to a place every account can read, or finds the copy made earlier.
 * @param key names the platform and version, so that an upgrade gets a copy of its own
 * @param isUsable says whether a copy can be run from where it stands
 * @param places where copies may stand, best first
 * @returns the copy's `native` folder
 * @throws StartError when no place will do
 */
export async function stage(
  native: string,
  key: string,
  isUsable: (native: string) => boolean,
  places = stagingPlaces(),
): Promise<string> {
  const reasons: string[] = [];
  for (const place of places) {
    const copy = join(place, key);
    try {
      if (await isTrusted(copy, place)) {
        if (isUsable(join(copy, 'native'))) return join(copy, 'native');
        await rm(copy, { recursive: true });
      }
      await makeCopy(native, place, copy);
      if ((await isTrusted(copy, place)) && isUsable(join(copy, 'native'))) return join(copy, 'native');
      reasons.push(`${place} is not fit to run it from`);
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  const problem = `PostgreSQL cannot be run from ${native}, nor copied elsewhere (${reasons.join('; ')})`;
  throw new StartError(`${problem}; move the checkout to a folder that every user can enter, or set DATABASE_URL.`);
}

function stagingPlaces(): string[] {
  const uid = process.getuid?.() ?? 'user';
  const cache = uid === 0 ? '/var/cache' : join(homedir(), '.cache');
  return [join(cache, 'vision-studio-crm'), join(tmpdir(), `vision-studio-crm-${uid}`)];
}

async function makeCopy(native: string, place: string, copy: string): Promise<void> {
  // The umask may take away what mkdir is told to give, and only a folder made here may be changed.
  if (await mkdir(place, { recursive: true })) await chmod(place, 0o755);
  const work = await mkdtemp(join(place, 'new-'));
  try {
    const folder = join(work, 'native');
    await cp(native, folder, { recursive: true, verbatimSymlinks: true });
    await makeLibraryLinks(folder);
    for (const entry of await readdir(work, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
    }
    await chmod(work, 0o755);
    await rename(work, copy);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    // Another start was quicker with the same copy.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** In a shared folder such as /tmp somebody else may have put programs under our name. */
async function isTrusted(...folders: string[]): Promise<boolean> {
  for (const folder of folders) {
    const stat = await lstat(folder).catch(() => undefined);
    if (!stat?.isDirectory() || stat.uid !== process.getuid?.() || stat.mode & 0o022) return false;
  }
  return true;
}
