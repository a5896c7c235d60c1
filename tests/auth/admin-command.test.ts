import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';

let project: TestDatabase;
let plain: TestDatabase;
beforeAll(async () => {
  project = await createTestDatabase();
  plain = await createTestDatabase();
  // As much of the real table as matters here.
  await project.sql(`create schema auth;
    create table auth.users (id uuid primary key default gen_random_uuid(), email text, raw_app_meta_data jsonb, raw_user_meta_data jsonb);
    insert into auth.users (email, raw_app_meta_data) values
      ('ann@example.com', '{"provider": "email", "providers": ["email"]}'),
      ('bob@example.com', null),
      ('twin@example.com', '{}'),
      ('Twin@example.com', '{"provider": "sso:1"}')`);
});
afterAll(async () => {
  await project.drop();
  await plain.drop();
});

function admin(words: string, databaseUrl = project.url) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../api/cli/admin.ts'), ...words.split(' ')],
    { encoding: 'utf8', env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl } },
  );
  return { status, stdout, stderr };
}

const metadata = () =>
  project.sql('select email, raw_app_meta_data as data, raw_user_meta_data as own from auth.users order by id');
const dataOf = async (email: string) => (await metadata()).find((row) => row.email === email)?.data;

it('gives a role and takes it back, and keeps what else stands there', async () => {
  expect(admin('add Ann@example.com')).toEqual({
    status: 0,
    stdout: 'Ann@example.com is admin from the next sign-in or refresh of the session, within the hour.\n',
    stderr: '',
  });
  expect(await dataOf('ann@example.com')).toEqual({ provider: 'email', providers: ['email'], role: 'admin' });
  expect(admin('add --viewer ann@example.com').stdout).toMatch(/^ann@example.com is viewer /);
  expect(await dataOf('ann@example.com')).toEqual({ provider: 'email', providers: ['email'], role: 'viewer' });
  expect(admin('add bob@example.com').status).toBe(0);
  expect(await dataOf('bob@example.com')).toEqual({ role: 'admin' });
  expect(admin('remove ann@example.com').stdout).toMatch(/^ann@example.com has no role any more\./);
  expect(await dataOf('ann@example.com')).toEqual({ provider: 'email', providers: ['email'] });
  expect((await metadata()).every(({ own }) => own === null)).toBe(true);
});

it.each([
  ['a person without an account', 'add nobody@example.com', /^Nobody has an account with this address: .+\.\n$/],
  ['an address of two accounts', 'add twin@example.com', /^Several accounts have this address: .+\.\n$/],
  ['a pattern', 'add %@example.com', /^Nobody has an account/],
  ['no address', 'add', /^Use `npm run admin -- add /],
  ['no e-mail address', 'add ann', /^Use `npm run admin -- add /],
  ['another verb', 'promote ann@example.com', /^Use `npm run admin -- add /],
  ['an unknown option', 'add ann@example.com --owner', /^Use `npm run admin -- add /],
  ['two addresses', 'add ann@example.com bob@example.com', /^Use `npm run admin -- add /],
])('refuses %s with one sentence, and changes nothing', async (_, words, sentence) => {
  const before = await metadata();
  const { status, stdout, stderr } = admin(words);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(sentence);
  expect(await metadata()).toEqual(before);
});

it('refuses a database without accounts, none at all, and one that is away', () => {
  const away = 'postgresql://user:hunter2@127.0.0.1:9/db';
  for (const [url, sentence] of [
    [plain.url, /^This database has no table auth\.users: .+\.\n$/],
    ['', /^DATABASE_URL is not set: .+\.\n$/],
    [away, /^Nothing was changed: .+ Check that DATABASE_URL is right .+\.\n$/],
  ] as const) {
    const { status, stderr } = admin('add ann@example.com', url);
    expect(status).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('hunter2');
  }
});
