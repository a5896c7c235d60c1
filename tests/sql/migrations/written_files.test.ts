import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { migrationScript } from '../../../api/sql/script.ts';
import { createTestDatabase } from '../../rig/database.ts';
import { dumpSchema } from './dump.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MIGRATIONS = 'api/sql/migrations';
const SUPABASE = 'api/supabase/migrations';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const list = (folder: string) => readdirSync(join(ROOT, folder)).sort();

// `npm run schema` writes the next two files. Read what changed in them before you commit.
it('api/sql/schema.sql is what a migration makes', async () => {
  const database = await createTestDatabase();
  try {
    const head =
      '-- What a migrated database holds, to be read in reviews. `npm run schema` writes it; nothing runs it.';
    const note =
      '-- Bodies of functions are in functions/. Behind each function stands who else than its owner may call it.';
    await expect(`${head}\n${note}\n\n${await dumpSchema(database, false)}\n`).toMatchFileSnapshot(
      join(ROOT, 'api/sql/schema.sql'),
    );
  } finally {
    await database.drop();
  }
});

it('the newest file for Supabase is what the SQL of this version makes', async () => {
  const newest = list(SUPABASE).at(-1) ?? '';
  await expect(migrationScript(undefined, 'none')).toMatchFileSnapshot(join(ROOT, SUPABASE, newest));
});

it('the CLI of Supabase takes each file for a migration', () => {
  for (const file of list(SUPABASE)) expect(file).toMatch(/^\d{14}_[a-z_]+\.sql$/);
  expect(read(`${SUPABASE}/${list(SUPABASE).at(-1)}`)).not.toMatch(/^(begin|commit);$/m);
});

it('migrations are numbered without a gap', () => {
  expect(list(MIGRATIONS).map((file) => /^(\d{6})_[a-z_]+\.sql$/.exec(file)?.[1])).toEqual(
    list(MIGRATIONS).map((_, i) => String(i + 1).padStart(6, '0')),
  );
});

it('a released file is as it was released', () => {
  const released = Object.fromEntries(
    read('tests/sql/migrations/released.sha256')
      .trim()
      .split('\n')
      .map((line) => line.split('  ').reverse()),
  );
  const paths = [
    ...list(MIGRATIONS).map((file) => `${MIGRATIONS}/${file}`),
    // The newest one is written anew until its release.
    ...list(SUPABASE)
      .slice(0, -1)
      .map((file) => `${SUPABASE}/${file}`),
  ];
  const found = paths.map((path) => [
    path,
    createHash('sha256').update(read(path).replaceAll('\r\n', '\n')).digest('hex'),
  ]);
  expect(
    Object.fromEntries(found),
    'A released file never changes: write a new one behind it. The sum of a new one comes from sha256sum.',
  ).toEqual(released);
});
