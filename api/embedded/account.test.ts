import { chmod, lstat, mkdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isOpenTo } from './account.ts';
import { query, start, startInChild, temporaryDataFolder, temporaryFolder, urlOf } from './testing.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };

test.skipIf(!isRoot)(
  'under root, below a closed folder, the cluster lives elsewhere and the folder stays closed',
  async () => {
    const parent = temporaryFolder();
    await chmod(parent, 0o700);
    const dataDir = temporaryDataFolder(parent);
    const first = await start(dataDir);
    await query(first.url, `create table kept as select 'Ada' as name`);
    await first.stop();
    expect((await lstat(join(dataDir, 'postgres'))).isSymbolicLink()).toBe(true);
    const home = await realpath(join(dataDir, 'postgres'));
    expect(home).toMatch(/^\/var\/lib\/vision-studio-crm\/[0-9a-f]{16}$/);
    expect((await stat(parent)).mode & 0o777).toBe(0o700);

    const second = await start(dataDir);
    expect(await query(second.url, 'select name from kept')).toEqual([{ name: 'Ada' }]);
    await second.stop();
    await rm(home, { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(/points to a folder that is missing/);
  },
);

test.skipIf(!process.getuid)('a data folder that may not be written is refused in a sentence', async ({ skip }) => {
  const folder = temporaryFolder();
  const account = isRoot ? nobody : {};
  skip(isRoot && !isOpenTo(nobody, import.meta.dirname, process.execPath), 'the checkout is closed to other users');
  await mkdir(join(folder, 'data'));
  await chmod(join(folder, 'data'), 0o555);
  expect(await startInChild(join(folder, 'data'), account).outcome).toEqual({
    refused: `StartError: Cannot write to the data folder ${join(folder, 'data')} (EACCES); make it writable or set DATA_DIR to another folder.`,
  });
});

test.skipIf(!isRoot)('a cluster another account made goes on under root, as that account', async ({ skip }) => {
  skip(!isOpenTo(nobody, import.meta.dirname, process.execPath), 'the checkout is closed to other users');
  const parent = temporaryFolder();
  await chmod(parent, 0o777);
  const dataDir = temporaryDataFolder(parent);
  // "daemon" has the id 1 everywhere; initdb insists on an account that has a name.
  const holder = startInChild(dataDir, { uid: 1, gid: 1 });
  await query(await urlOf(holder), `create table kept as select 'Ada' as name`);
  await holder.kill();
  for (const round of ['take over', 'start']) {
    const postgres = await start(dataDir);
    expect(await query(postgres.url, 'select name from kept'), round).toEqual([{ name: 'Ada' }]);
    expect((await stat(join(dataDir, 'postgres', 'postmaster.pid'))).uid, round).toBe(1);
    await postgres.stop();
  }
});
