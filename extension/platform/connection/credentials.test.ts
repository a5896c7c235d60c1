import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuthServer, PUBLISHABLE_KEY, startAuthServer } from '../../../tests/rig/auth-server.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { type Connection, type Credential, draft } from '../browser/storage.ts';
import { currentToken, forgetCredential, readCredential, renewCredential, saveCredential } from './credentials.ts';
import { signIn, signOut } from './supabase-auth.ts';

const ANN = { email: 'ann@studio.example', password: 'correct horse', role: 'admin' };
const KEY = { kind: 'key', key: 'admin-key-of-the-tests' } as const;

let auth: AuthServer;
let proxy: FaultyProxy;
let connection: Connection & { supabase: NonNullable<Connection['supabase']> };
beforeAll(async () => {
  auth = await startAuthServer({ users: [ANN] });
  proxy = await startFaultyProxy(auth.url);
  const supabase = { url: proxy.url, publishableKey: PUBLISHABLE_KEY };
  connection = { id: 'c1', name: 'Live', url: 'https://crm.example.com', supabase };
});
afterAll(async () => {
  await proxy.close();
  await auth.close();
});
beforeEach(() => {
  fakeBrowser.reset();
  proxy.set('pass');
  proxy.requests.length = 0;
});

const kept = () => fakeBrowser.storage.local.get(null);
const inMemory = () => fakeBrowser.storage.session.get(null);
const restartBrowser = () => fakeBrowser.storage.session.clear();
const refreshes = () => proxy.requests.filter(({ path }) => path.includes('grant_type=refresh_token')).length;
const session = () => signIn(connection.supabase, ANN.email, ANN.password);
/** As it is a little before its end. */
const ending = async () => ({ ...(await session()), expiresAt: Math.floor(Date.now() / 1000) + 30 });

describe('a sign-in', () => {
  it('ends with the browser', async () => {
    await saveCredential('c1', KEY, false);
    expect(await kept()).toEqual({});
    expect(await inMemory()).toEqual({ 'credential:c1': KEY });
    expect(await currentToken(connection)).toBe(KEY.key);
    await restartBrowser();
    await expect(currentToken(connection)).rejects.toMatchObject({ kind: 'signed_out' });
  });

  it('stays where the user chose so', async () => {
    await saveCredential('c1', KEY, true);
    await restartBrowser();
    expect(await currentToken(connection)).toBe(KEY.key);
  });

  it('stays no longer once the user signs in without that choice', async () => {
    await saveCredential('c1', KEY, true);
    await saveCredential('c1', KEY, false);
    expect(await kept()).toEqual({});
  });

  it('is forgotten everywhere, of that connection alone', async () => {
    await saveCredential('c1', KEY, true);
    await saveCredential('c2', KEY, true);
    await forgetCredential('c1');
    expect([await readCredential('c1'), await readCredential('c2')]).toEqual([null, KEY]);
  });
});

describe('a session', () => {
  it('is used as it is while it lasts', async () => {
    const fresh = await session();
    await saveCredential('c1', fresh, false);
    expect(await currentToken(connection)).toBe(fresh.accessToken);
    expect(refreshes()).toBe(0);
  });

  it.each([true, false])('near its end is renewed once for all who ask (stays: %s)', async (stay) => {
    const old = await ending();
    await saveCredential('c1', old, stay);
    const tokens = await Promise.all([1, 2, 3].map(() => currentToken(connection)));
    expect(refreshes()).toBe(1);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(old.accessToken);
    const renewed = (await inMemory())['credential:c1'] as Credential;
    expect(renewed).toMatchObject({ kind: 'session', accessToken: tokens[0] });
    // What survives the browser is no access token.
    expect(await kept()).toEqual(stay ? { 'credential:c1': { ...renewed, accessToken: '', expiresAt: 0 } } : {});
  });

  it('that ended at the project asks to sign in again and leaves what is being written', async () => {
    const old = await ending();
    await saveCredential('c1', old, true);
    await draft('c1', 'lead_1_a').setValue({ inserted: 'half a note', keptBefore: 0, keptAfter: 0, startedFrom: null });
    await signOut(connection.supabase, old);
    const failure = await currentToken(connection).catch((error) => error);
    expect(failure).toMatchObject({
      kind: 'signed_out',
      endsSession: true,
      message: expect.stringContaining('is kept'),
    });
    expect(failure.message).not.toContain(old.refreshToken);
    expect(await draft('c1', 'lead_1_a').getValue()).toMatchObject({ inserted: 'half a note' });
  });

  it('is not lost because the project does not answer just now', async () => {
    const old = await ending();
    await saveCredential('c1', old, false);
    for (const mode of ['refuse', { status: 500, json: {} }, { status: 503, json: {} }] as const) {
      proxy.set(mode);
      await expect(currentToken(connection)).rejects.toMatchObject({ kind: 'unreachable', endsSession: false });
    }
    expect(await readCredential('c1')).toEqual(old);
    proxy.set('pass');
    expect(await currentToken(connection)).not.toBe(old.accessToken);
  });

  it('does not come back when the user signs out while it is renewed', async () => {
    await saveCredential('c1', await ending(), true);
    let forgotten: Promise<void> | undefined;
    proxy.set({
      rewrite(reply) {
        forgotten = forgetCredential('c1');
        return reply;
      },
    });
    await expect(currentToken(connection)).rejects.toMatchObject({ kind: 'signed_out' });
    await forgotten;
    expect([await kept(), await inMemory()]).toEqual([{}, {}]);
  });

  it('that stays is renewed at the first request after the browser was started', async () => {
    const old = await session();
    await saveCredential('c1', old, true);
    await restartBrowser();
    expect(await currentToken(connection)).not.toBe(old.accessToken);
    expect([refreshes(), await inMemory()]).toEqual([
      1,
      { 'credential:c1': expect.objectContaining({ kind: 'session' }) },
    ]);
  });

  it('that was refused before its end is renewed once, and a key stays as it is', async () => {
    const refused = await session();
    await saveCredential('c1', refused, false);
    await Promise.all([renewCredential(connection), renewCredential(connection)]);
    expect(refreshes()).toBe(1);
    expect(await currentToken(connection)).not.toBe(refused.accessToken);
    await saveCredential('c1', KEY, false);
    await renewCredential(connection);
    expect([refreshes(), await readCredential('c1')]).toEqual([1, KEY]);
  });

  it('of a connection that no longer has a project asks to sign in again', async () => {
    await saveCredential('c1', await ending(), false);
    const { supabase: _, ...bare } = connection;
    await expect(currentToken(bare)).rejects.toMatchObject({ kind: 'signed_out' });
  });
});
