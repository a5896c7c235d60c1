/** `npm run sql -- --table kv_store_x`: one script to paste into any SQL editor. */
import { parseArgs } from 'node:util';
import { migrationScript } from './script.ts';

try {
  const { values } = parseArgs({ options: { table: { type: 'string' } } });
  process.stdout.write(migrationScript(values.table));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
