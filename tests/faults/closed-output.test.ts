import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createDataFolder, endProducts, startProduct } from '../rig/product.ts';

afterEach(endProducts);

it('goes on serving when whoever read its output is gone', async () => {
  const dataDir = await createDataFolder();
  const environment = { ...process.env, DATA_DIR: dataDir, PORT: '0' };
  const child = spawn(process.execPath, ['api/node/main.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (/^ready \S+/m.test(text)) break;
  }
  child.stderr.destroy();
  const url = /^ready (\S+)/m.exec(text)?.[1] ?? '';
  // The lines after `ready` find a closed pipe.
  const reply = await fetch(`${url}/health`);
  expect(reply.status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  // It let go of the folder.
  await startProduct(dataDir);
});
