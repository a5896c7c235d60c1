import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const DEFAULT_TABLE = 'kv_store_3cbf86a5';
const TABLE_NAME = /^kv_store_[a-z0-9_]{1,54}$/;

/** One file of `migrations/`: `000003_captures.sql` has number 3 and name `captures`. */
interface Migration {
  number: number;
  name: string;
  /** Hex SHA-256 of the text. */
  checksum: string;
  text: string;
}

/** The text of a file. Git may write other line ends on Windows; they must not change a checksum. */
const readSql = (...path: string[]) =>
  readFileSync(join(import.meta.dirname, ...path), 'utf8').replaceAll('\r\n', '\n');

function readMigrations(): Migration[] {
  return readdirSync(join(import.meta.dirname, 'migrations'))
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readSql('migrations', file);
      const checksum = createHash('sha256').update(text).digest('hex');
      return { number: Number(file.slice(0, 6)), name: file.slice(7, -4), checksum, text };
    });
}

/** Sorted by the names of the files alone, so a file that moves to another folder changes nothing. */
function readFunctions(): string[] {
  return readdirSync(join(import.meta.dirname, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sql'))
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
    .map((path) => readSql('functions', path));
}

/** Refuses a database in which another release ran something that this one does not have. */
function refuseUnknown(migrations: Migration[]): string {
  const known = migrations.map(({ number, checksum }) => `(${number}, '${checksum}')`);
  return `do $$
declare
  unknown text := (
    select string_agg(to_char(number, 'FM000000') || '_' || name, ', ' order by number) from crm.migrations
    where (number, checksum) not in (values ${known.join(', ')})
  );
begin
  if unknown is not null then
    raise exception 'This database has migrations that this release does not have: %', unknown
      using hint = 'Start the release that ran them, or a newer one. To go back to this release, restore a backup from before the upgrade.';
  end if;
end $$;`;
}

const runOnce = ({ number, name, checksum, text }: Migration) => `do $run$
begin
  if not exists (select from crm.migrations where number = ${number}) then
    execute $migration$
${text}$migration$;
    insert into crm.migrations (number, name, checksum) values (${number}, '${name}', '${checksum}');
  end if;
end $run$;`;

/**
 * The whole schema as one script, in one transaction. It brings any state that an earlier release left up to date, and changes
 * nothing the second time.
 * @param table name of the key-value table; the SQL files are written with the default name
 * @param transaction `none` for a runner that begins and commits it itself
 * @throws RangeError when the name is not `kv_store_` and 1 to 54 of a-z, 0-9 and _
 */
export function migrationScript(table: string = DEFAULT_TABLE, transaction: 'own' | 'none' = 'own'): string {
  if (!TABLE_NAME.test(table)) {
    throw new RangeError(`"${table}" is no table name: use kv_store_ followed by up to 54 of a-z, 0-9 and _.`);
  }
  const migrations = readMigrations();
  const statements = [
    ...(transaction === 'own'
      ? ['-- Ends a line that came before it, such as the one `npm run` prints.', ';', 'begin;']
      : []),
    readSql('begin.sql'),
    refuseUnknown(migrations),
    readSql('table.sql'),
    ...migrations.map(runOnce),
    ...readFunctions(),
    readSql('finish.sql'),
    readSql('grants.sql'),
    "notify pgrst, 'reload schema';",
    ...(transaction === 'own' ? ['commit;'] : []),
  ];
  return `${statements
    .map((statement) => statement.trim())
    .join('\n\n')
    .replaceAll(DEFAULT_TABLE, table)}\n`;
}
