/**
 * `npm run prove`: checks an API from outside and prints what it found. Exit code 0: synced; 1: drift; 2: it could not be checked,
 * for whatever reason.
 */
import type { Walk } from '../../shared/proof/table-proof.ts';
import { ConfigError } from '../config.ts';
import { type Check, check } from './prove-check.ts';
import { createProveClient, Unchecked } from './prove-client.ts';
import { type ProveOptions, readProveOptions, USAGE } from './prove-options.ts';
import { printable, proveText } from './prove-text.ts';

const EXIT = { synced: 0, drift: 1, unchecked: 2 } satisfies Record<Check['verdict'], number>;

// Node would end with 1, which says that there is drift.
process.on('uncaughtException', (error) => {
  process.stderr.write(`Not checked: ${error.message}\n`);
  process.exit(EXIT.unchecked);
});

function showProgress({ entity, received, total }: Walk): void {
  const text = `${entity}: ${received.count + received.withheld} of ${total}`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
}

async function run({ json, ...access }: ProveOptions): Promise<void> {
  const { url } = access;
  try {
    const result = await check(createProveClient(access), showProgress);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
    process.stdout.write(json ? `${JSON.stringify({ ...result, url }, null, 2)}\n` : proveText(result));
    process.exitCode = EXIT[result.verdict];
  } catch (error) {
    if (!(error instanceof Unchecked)) throw error;
    const reason = printable(error.message);
    if (json) process.stdout.write(`${JSON.stringify({ verdict: 'unchecked', reason, url }, null, 2)}\n`);
    process.stderr.write(`Not checked: ${reason}\n`);
    process.exitCode = EXIT.unchecked;
  }
}

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) process.stdout.write(`${USAGE}\n`);
  else await run(readProveOptions(args, process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT.unchecked;
}
