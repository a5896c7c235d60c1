/**
 * `npm run sql -- --table kv_store_x`: one script to paste into any SQL editor.
 * `--no-transaction` is for runners that begin and commit themselves, as `supabase db push` does.
 */
import { parseArgs } from 'node:util';
import { migrationScript } from './script.ts';

try {
  const { values } = parseArgs({ options: { table: { type: 'string' }, 'no-transaction': { type: 'boolean' } } });
  process.stdout.write(migrationScript(values.table, values['no-transaction'] ? 'none' : 'own'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
