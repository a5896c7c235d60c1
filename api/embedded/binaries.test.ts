import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { chooseAccount } from './account.ts';
import { findPackage, prepareBinaries } from './binaries.ts';
import { temporaryFolder } from './testing.ts';

const account = chooseAccount(undefined);
const version = async (initdb: string) =>
  (await promisify(execFile)(initdb, ['--version'], { ...account, cwd: '/' })).stdout.trim();

/** The package as npm unpacks it when install scripts are blocked. */
async function unpack(parent: string): Promise<string> {
  const folder = join(parent, 'package');
  await cp(findPackage(), folder, { recursive: true, verbatimSymlinks: true });
  const library = join(folder, 'native', 'lib');
  for (const entry of await readdir(library, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await rm(join(library, entry.name));
  }
  return folder;
}

test('missing library links are made in place', async () => {
  const folder = await unpack(temporaryFolder('crm-package-'));
  const { initdb, major } = await prepareBinaries(folder, account, []);
  expect(initdb).toBe(join(folder, 'native', 'bin', 'initdb'));
  expect(await version(initdb)).toContain(`(PostgreSQL) ${major}.`);
});

test('a package whose path no shell can take is run from a copy, made once', async () => {
  const folder = await unpack(temporaryFolder('crm "package" $HOME-'));
  const place = join(temporaryFolder('crm-place-'), 'copies');
  const { initdb } = await prepareBinaries(folder, account, [place]);
  expect(initdb.startsWith(place)).toBe(true);
  expect(await version(initdb)).toContain('(PostgreSQL)');
  const { ino } = await stat(initdb);
  expect((await prepareBinaries(folder, account, [place])).initdb).toBe(initdb);
  expect((await stat(initdb)).ino).toBe(ino);
});

test.skipIf(!account)('under root, a package in a closed folder is run from a copy', async () => {
  const parent = temporaryFolder('crm-package-');
  const folder = await unpack(parent);
  await chmod(parent, 0o700);
  const place = temporaryFolder('crm-place-');
  expect(await version((await prepareBinaries(folder, account, [place])).initdb)).toContain('(PostgreSQL)');
  expect((await stat(parent)).mode & 0o777).toBe(0o700);
});

test('a copy that others could have written is not trusted', async () => {
  const folder = await unpack(temporaryFolder('crm "package"-'));
  const place = temporaryFolder('crm-place-');
  await chmod(place, 0o777);
  await expect(prepareBinaries(folder, account, [place])).rejects.toThrow(
    /PostgreSQL cannot be run from .*DATABASE_URL/,
  );
  const other = temporaryFolder('crm-place-');
  const { initdb } = await prepareBinaries(folder, account, [place, other]);
  expect(initdb.startsWith(other)).toBe(true);
  const copy = join(initdb, '..', '..', '..');
  await chmod(copy, 0o777);
  await writeFile(join(copy, 'planted'), 'by somebody else');
  await prepareBinaries(folder, account, [other]);
  expect(existsSync(join(copy, 'planted'))).toBe(false);
  expect((await lstat(copy)).mode & 0o022).toBe(0);
});
