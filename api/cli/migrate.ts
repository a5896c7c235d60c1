/** `npm run migrate`: brings the database of DATABASE_URL to this version's schema. */
import { ConfigError, readConfig } from '../config.ts';
import { explainMigration, migrate } from '../sql/migrate.ts';

const fail = (sentence: string) => {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
};

try {
  const { DATABASE_URL, KV_TABLE } = readConfig(process.env);
  if (DATABASE_URL) {
    await migrate(DATABASE_URL, KV_TABLE);
    process.stdout.write(`migrated ${KV_TABLE}\n`);
  } else {
    fail('DATABASE_URL is not set: name the database to migrate, like postgresql://user:password@host:5432/database.');
  }
} catch (error) {
  fail(error instanceof ConfigError ? error.message : explainMigration(error));
}
