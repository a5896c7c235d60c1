import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authentication } from '../../api/auth/authentication.ts';
import { readConfig } from '../../api/config.ts';
import { postgresDatabase } from '../../api/database/drivers/postgres.ts';
import { listen } from '../../api/node/listen.ts';
import { appWith } from '../../tests/contract/app-with.ts';
import { ADMIN_KEY } from '../../tests/rig/api.ts';
import { type AuthServer, PUBLISHABLE_KEY, startAuthServer } from '../../tests/rig/auth-server.ts';
import { createTestDatabase } from '../../tests/rig/database.ts';
import { fakeBrowser } from '../../tests/rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { createApi } from '../platform/api/api.ts';
import { createCrm } from '../platform/api/crm.ts';
import { type Connection, connections } from '../platform/browser/storage.ts';
import { currentToken, readCredential } from '../platform/connection/credentials.ts';
import { createConnect } from './connect.ts';

const ANN = { email: 'ann@studio.example', password: 'correct horse', role: 'admin' };
const BEN = { email: 'ben@studio.example', password: 'battery staple', role: 'viewer' };
const EVE = { email: 'eve@studio.example', password: 'let me in' };

let auth: AuthServer;
let front: FaultyProxy;
let url: string;
let withoutProject: string;
const stops: (() => Promise<unknown>)[] = [];
let made: Connection[];
let form: ReturnType<typeof createConnect>;

/** Our API as a function of a project: people sign in at the stand-in, through `front`. */
async function start(environment: Record<string, string>) {
  const database = await createTestDatabase();
  const door = postgresDatabase(database.url);
  const authenticate = authentication(readConfig(environment), { fetch, now: () => new Date() });
  const server = await listen(appWith(door, environment, authenticate).app, '127.0.0.1', 0);
  stops.push(
    () => database.drop(),
    () => door.close(),
    () => server.close(),
  );
  return server.url;
}

beforeAll(async () => {
  auth = await startAuthServer({ users: [ANN, BEN, EVE] });
  front = await startFaultyProxy(auth.url);
  stops.push(
    () => auth.close(),
    () => front.close(),
  );
  auth.standBehind(front.url);
  const DATABASE_URL = 'postgresql://unused@127.0.0.1/unused';
  url = await start({ DATABASE_URL, ADMIN_KEY, SUPABASE_URL: front.url, SUPABASE_PUBLISHABLE_KEY: PUBLISHABLE_KEY });
  withoutProject = await start({ DATABASE_URL, ADMIN_KEY });
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});
beforeEach(() => {
  fakeBrowser.reset();
  front.set('pass');
  made = [];
  form = createConnect({ onConnected: (connection) => made.push(connection) });
});

const refusal = () => Object.entries(form.errors.value)[0] ?? [];

describe('an account of the project', () => {
  it('connects with what the API told of the project, and its session opens the API', async () => {
    await form.connectToSupabase(url, ` ${ANN.email} `, ANN.password, false);
    expect(form.errors.value).toEqual({});
    expect(made).toEqual([
      expect.objectContaining({
        url,
        account: ANN.email,
        supabase: { url: front.url, publishableKey: PUBLISHABLE_KEY },
      }),
    ]);
    const [connection] = made as [Connection];
    const crm = createCrm(createApi({ url, token: () => currentToken(connection) }));
    expect(await crm.session()).toMatchObject({ role: 'admin', actor: `user:${ANN.email}` });
    const kept = JSON.stringify(await fakeBrowser.storage.local.get());
    expect(kept).not.toMatch(/eyJ|correct horse/);
    expect(JSON.stringify(await fakeBrowser.storage.session.get())).not.toContain('correct horse');
  });

  it('stays signed in where the user chose so, and the password is kept nowhere', async () => {
    await form.connectToSupabase(url, BEN.email, BEN.password, true);
    await fakeBrowser.storage.session.clear();
    expect(await readCredential(made[0]?.id ?? '')).toMatchObject({ kind: 'session' });
    expect(JSON.stringify(await fakeBrowser.storage.local.get())).not.toContain(BEN.password);
  });

  it('is a connection beside another account and beside the key', async () => {
    await form.connectToSupabase(url, ANN.email, ANN.password, false);
    await form.connectToSupabase(url, BEN.email, BEN.password, false);
    await form.connectWithKey(url, ADMIN_KEY, false);
    await form.connectToSupabase(url, ANN.email, ANN.password, false);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(made[3]?.id).toBe(made[0]?.id);
    expect(await connections.getValue()).toHaveLength(3);
  });
});

describe('what is wrong stands at its field:', () => {
  it.each([
    ['no email', ' ', ANN.password, 'email', /Enter the email/],
    ['no password', ANN.email, '', 'password', /Enter your password/],
    ['a wrong password', ANN.email, 'hunter2', 'password', /Email or password is wrong/],
    ['an account that nobody let in', EVE.email, EVE.password, 'email', /./],
  ])('%s', async (_, email, password, field, sentence) => {
    await form.connectToSupabase(url, email, password, true);
    expect(refusal()).toEqual([field, expect.stringMatching(sentence)]);
    expect([made, await fakeBrowser.storage.local.get()]).toEqual([[], {}]);
  });

  it('an API that has no such sign-in', async () => {
    await form.connectToSupabase(withoutProject, ANN.email, ANN.password, true);
    expect(refusal()).toEqual(['address', expect.stringContaining('no sign-in with email')]);
  });

  it('an API that would send the password to a host that nobody named', async () => {
    const impostor = await startFaultyProxy(url);
    stops.push(() => impostor.close());
    const supabase = { url: 'https://elsewhere.example', publishableKey: PUBLISHABLE_KEY };
    impostor.set({ rewrite: (health) => ({ ...health, auth: { methods: ['supabase'], supabase } }) });
    await form.connectToSupabase(impostor.url, ANN.email, ANN.password, true);
    expect(refusal()).toEqual(['form', expect.stringContaining('would go to https://elsewhere.example')]);
  });

  it('a project that does not answer', async () => {
    front.set('refuse', ({ path }) => path.startsWith('/auth/v1/token'));
    await form.connectToSupabase(url, ANN.email, ANN.password, true);
    expect(refusal()).toEqual(['form', expect.stringContaining('may be paused')]);
  });

  it('a session that the API does not take, which is no wrong key', async () => {
    // As of a project that is not the one the API trusts.
    auth.standBehind('https://another.example');
    await form.connectToSupabase(url, ANN.email, ANN.password, true);
    auth.standBehind(front.url);
    expect(refusal()).toEqual(['email', expect.stringContaining('session is not accepted')]);
    expect(refusal()[1]).not.toContain('connection code');
  });
});
