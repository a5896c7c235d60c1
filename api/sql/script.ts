import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_TABLE = 'kv_store_3cbf86a5';
const TABLE_NAME = /^kv_store_[a-z0-9_]{1,54}$/;

const readFile = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), 'utf8').trim();

/** The SQL files of a folder and those below it, by their names: a file may move to another folder and changes nothing. */
function readFolder(folder: string): string[] {
  return readdirSync(join(import.meta.dirname, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.sql'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').trim());
}

/**
 * The whole schema as one script: tables in their order, then functions, a record of the functions and grants, in one
 * transaction. It may be run any number of times and on any state that an earlier version left.
 * @param table name of the key-value table; the SQL files are written with the default name
 * @param transaction `none` for a runner that begins and commits it itself
 * @throws RangeError when the name is not `kv_store_` and 1 to 54 of a-z, 0-9 and _
 */
export function migrationScript(table: string = DEFAULT_TABLE, transaction: 'own' | 'none' = 'own'): string {
  if (!TABLE_NAME.test(table)) {
    throw new RangeError(`"${table}" is no table name: use kv_store_ followed by up to 54 of a-z, 0-9 and _.`);
  }
  const statements = [
    ...(transaction === 'own'
      ? ['-- Ends a line that came before it, such as the one `npm run` prints.', ';', 'begin;']
      : []),
    "set local lock_timeout = '15s';",
    '-- Functions may name each other in any order.',
    'set local check_function_bodies = off;',
    'set local client_min_messages = warning;',
    '-- Two migrations at once would race for the same catalogue rows.',
    "select pg_advisory_xact_lock(hashtext('vision-studio-crm'));",
    ...readFolder('tables'),
    ...readFolder('functions'),
    readFile('record_functions.sql'),
    readFile('grants.sql'),
    "notify pgrst, 'reload schema';",
    ...(transaction === 'own' ? ['commit;'] : []),
  ];
  return `${statements.join('\n\n').replaceAll(DEFAULT_TABLE, table)}\n`;
}
