/**
 * `npm run supabase:local`: a Supabase project on this machine, without Docker and without an account. The database, PostgREST
 * and the function are the real ones; the gateway and the sign-in server are stand-ins. PORT and DATA_DIR as for `npm start`.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { encodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { startLocalProject } from './local-project.ts';
import { servePages } from './pages.ts';

const PEOPLE = [
  { email: 'admin@studio.example', password: 'admin-of-the-studio', role: 'admin' },
  { email: 'viewer@studio.example', password: 'viewer-of-the-studio', role: 'viewer' },
];

const stopAsked = new Promise<unknown>((asked) => process.on('SIGTERM', asked).on('SIGINT', asked));
const print = (line: string) => process.stdout.write(`${line}\n`);

const dataDir = process.env.DATA_DIR || './.data/supabase';
mkdirSync(dataDir, { recursive: true });
const local = await startLocalProject({
  dataDir,
  port: Number(process.env.PORT || 8787),
  users: PEOPLE,
  log: (line) => process.stderr.write(`${line}\n`),
});
const pages = await servePages(local.url);
const { url, keys } = local.project;

print(`ready ${local.url}`);
print(`demo: ${pages.at('plain')}`);
print(`psql: ${local.psql}`);
print(`connection code: ${encodeConnectionCode({ url: local.url, key: local.adminKey })}`);
print(`extension: ${resolve(import.meta.dirname, '../../.output/chrome-mv3')}`);
print(`project: ${url}`);
print(`publishable key: ${keys.publishable}`);
print(`secret key: ${keys.secret}`);
for (const { email, password, role } of PEOPLE) print(`${role}: ${email} ${password}`);

await stopAsked;
await pages.close();
await local.stop();
process.exit(0);
