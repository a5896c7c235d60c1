/** `npm run bench`: every benchmark in turn, so that none disturbs another. One alone: `node tests/bench/popup.bench.ts`. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const name of readdirSync(import.meta.dirname).sort()) {
  if (!name.endsWith('.bench.ts')) continue;
  process.stdout.write(`\n${name}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
