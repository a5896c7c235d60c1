import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OWN_SQLSTATES } from '../../../api/database/sqlstates.ts';
import { ERROR_STATUS } from '../../../shared/contract/errors.ts';

const SQL = join(import.meta.dirname, '../../../api/sql');

const sources = readdirSync(SQL, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sql'))
  .map((name) => readFileSync(join(SQL, name), 'utf8'));

it('the registry in the README, the map of the driver and the SQL name the same SQLSTATEs', () => {
  const readme = readFileSync(join(SQL, 'README.md'), 'utf8');
  const registry = Object.fromEntries(
    [...readme.matchAll(/^\| *`?(CRM[0-9A-Z]{2})`? *\| *`?([a-z_]+)`? *\|/gm)].map(([, state, code]) => [state, code]),
  );
  expect(registry).toEqual(OWN_SQLSTATES);
  const raised = sources.flatMap((text) => [...text.matchAll(/errcode = '(\w{5})'/g)].map((match) => match[1]));
  expect([...new Set(raised)].sort()).toEqual(Object.keys(OWN_SQLSTATES).sort());
});

it('every SQLSTATE becomes an error code of the contract', () => {
  for (const code of Object.values(OWN_SQLSTATES)) expect(ERROR_STATUS).toHaveProperty(code);
});

it('an exception without a SQLSTATE of ours is raised by the migration alone', () => {
  for (const name of readdirSync(join(SQL, 'functions'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.sql')) continue;
    const text = readFileSync(join(SQL, 'functions', name), 'utf8');
    const raises = text.match(/raise exception/g)?.length ?? 0;
    expect(text.match(/errcode = '/g)?.length ?? 0, name).toBe(raises);
  }
});
