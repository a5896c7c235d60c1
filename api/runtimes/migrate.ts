/** `npm run migrate`: brings the database of DATABASE_URL to this version's schema. */
import { ConfigError, readConfig } from '../config.ts';
import { migrate } from '../sql/migrate.ts';

const fail = (sentence: string) => {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
};

try {
  const { DATABASE_URL, KV_TABLE } = readConfig(process.env);
  if (!DATABASE_URL)
    throw new ConfigError(
      'DATABASE_URL is not set: name the database to migrate, like postgresql://user:password@host:5432/database.',
    );
  await migrate(DATABASE_URL, KV_TABLE);
  process.stdout.write(`migrated ${KV_TABLE}\n`);
} catch (error) {
  if (error instanceof ConfigError) fail(error.message);
  else if (error instanceof Error) {
    const hint = 'hint' in error && typeof error.hint === 'string' ? ` ${error.hint}` : '';
    const message = error.message || ('code' in error ? String(error.code) : error.name);
    fail(
      `Nothing was changed: ${message}.${hint || ' Check that DATABASE_URL is right and that its user may create tables.'}`,
    );
  } else throw error;
}
