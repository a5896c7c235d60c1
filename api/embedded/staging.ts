import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../errors.ts';
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
  const isFit = async (copy: string) => (await isTrusted(copy)) && isUsable(join(copy, 'native'));
  const reasons: string[] = [];
  for (const place of places) {
    const copy = join(place, key);
    try {
      // The umask may take away what mkdir is told to give, and only a folder made here may be changed.
      if (await mkdir(place, { recursive: true })) await chmod(place, 0o755);
      if (!(await isTrusted(place))) throw new Error(`${place} can be written by others`);
      const wasThere = existsSync(copy);
      if (!(await isFit(copy))) {
        // Not one that appeared just now: another start made it and is about to run it.
        if (wasThere) await rm(copy, { recursive: true });
        await makeCopy(native, place, copy);
      }
      if (await isFit(copy)) return join(copy, 'native');
      reasons.push(`nothing can be run from ${place}`);
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
async function isTrusted(folder: string): Promise<boolean> {
  const stat = await lstat(folder).catch(() => undefined);
  return Boolean(stat?.isDirectory() && stat.uid === process.getuid?.() && !(stat.mode & 0o022));
}
