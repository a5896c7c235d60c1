import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { psqlLine } from './psql-line.ts';

let api: TestApi;
const folder = mkdtempSync(join(tmpdir(), 'psql-line-'));
beforeAll(async () => {
  api = await startApi();
  mkdirSync(join(folder, '.data'));
  writeFileSync(join(folder, '.data/database-url'), 'postgres://embedded');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api.close();
});

/** What psql is called with when somebody pastes the line into a shell. */
const argumentsOf = (line: string, env: Record<string, string>) =>
  execFileSync('sh', ['-c', `psql() { printf '%s\\n' "$@"; }\n${line}`], { cwd: folder, env, encoding: 'utf8' })
    .trim()
    .split('\n');

it('is one command that shows the newest rows, of the bundled Postgres or of DATABASE_URL', async () => {
  const id = await captureLead(api);
  const line = psqlLine('kv_store_3cbf86a5') ?? '';
  const [url, flag, query, ...rest] = argumentsOf(line, {});
  expect([url, flag, rest]).toEqual(['postgres://embedded', '-c', []]);
  expect(argumentsOf(line, { DATABASE_URL: 'postgres://own' })[0]).toBe('postgres://own');
  const rows = await api.sql<{ key: string }>(query ?? '');
  expect(rows.map(({ key }) => key)).toContain(`lead:${id}`);
});

it.each(["x'; rm -rf ~; '", 'kv_store_$(id)', 'users'])('is none for a table that cannot be ours: %s', (table) => {
  expect(psqlLine(table)).toBeNull();
});
