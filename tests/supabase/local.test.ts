import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { afterEach, expect, it } from 'vitest';
import { decodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { leadsReply } from '../../shared/contract/lead.ts';
import { withKey } from '../rig/api.ts';
import { waitUntil } from '../rig/eventually.ts';
import { createDataFolder, endProducts, findPostgres } from '../rig/product.ts';

afterEach(endProducts);

it('npm run supabase:local prints how to reach everything, serves people by their session, and stops with all its parts', async () => {
  const dataDir = await createDataFolder();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../rig/supabase-local.ts')], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  try {
    await waitUntil(() => /^viewer: .*\n/m.test(output) || child.exitCode !== null);
    const line = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(output)?.[1] ?? `no ${name} in ${output}`;
    const url = line('ready');
    expect(decodeConnectionCode(line('connection code:'))).toMatchObject({ url });
    expect(line('psql:')).toContain('database-url');
    expect((await fetch(line('demo:'))).status).toBe(200);
    const reply = await withKey(url)('POST', '/leads', { key: null, body: { email: 'a@b.co' } });
    expect(reply.status).toBe(201);

    const client = createClient(line('project:'), line('publishable key:'), {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const [email = '', password = ''] = line('admin:').split(' ');
    const { data } = await client.auth.signInWithPassword({ email, password });
    const session = data.session?.access_token ?? '';
    const list = await withKey(url)('GET', '/leads?total=1', { key: session });
    expect(leadsReply.parse(await list.json()).total).toBe(1);
    expect((await withKey(url)('GET', '/leads', { key: `${session}x` })).status).toBe(401);
  } finally {
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
  expect(await findPostgres(dataDir)).toBeUndefined();
});
