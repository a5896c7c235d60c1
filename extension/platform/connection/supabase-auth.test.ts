import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AuthServer, PUBLISHABLE_KEY, startAuthServer } from '../../../tests/rig/auth-server.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { TIMEOUT_MS } from '../api/api.ts';
import { type Project, refreshSession, signIn, signOut } from './supabase-auth.ts';

const ANN = { email: 'ann@studio.example', password: 'correct horse', role: 'admin' };

let auth: AuthServer;
let proxy: FaultyProxy;
let project: Project;
beforeAll(async () => {
  auth = await startAuthServer({ users: [ANN] });
  proxy = await startFaultyProxy(auth.url);
  project = { url: proxy.url, publishableKey: PUBLISHABLE_KEY };
});
afterAll(async () => {
  await proxy.close();
  await auth.close();
});
beforeEach(() => {
  proxy.set('pass');
  proxy.requests.length = 0;
});
afterEach(() => vi.restoreAllMocks());

const ann = () => signIn(project, ANN.email, ANN.password);

describe('signing in', () => {
  it('gives a session with its end, and sends the public key only', async () => {
    expect(await ann()).toEqual({
      kind: 'session',
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.any(String),
      expiresAt: expect.any(Number),
    });
    expect(proxy.requests.map(({ headers }) => headers.apikey)).toEqual([PUBLISHABLE_KEY]);
  });

  it('with a wrong password says so without repeating it', async () => {
    const failure = await signIn(project, ANN.email, 'hunter2').catch((error) => error);
    expect(failure).toMatchObject({
      kind: 'signed_out',
      message: expect.stringContaining('Email or password is wrong'),
    });
    expect(failure.message).not.toContain('hunter2');
  });

  it.each([
    ['an email that waits for its confirmation', 400, 'email_not_confirmed', 'signed_out', 'not confirmed yet'],
    ['too many attempts', 429, 'over_request_rate_limit', 'unreachable', 'Wait a minute'],
    ['a project in trouble', 500, 'unexpected_failure', 'unreachable', 'may be paused'],
    ['a project that lets nobody in', 422, 'email_provider_disabled', 'signed_out', 'Email logins are disabled'],
  ])('tells apart %s', async (_, status, error_code, kind, sentence) => {
    proxy.set({ status, json: { code: status, error_code, msg: 'Email logins are disabled' } });
    await expect(ann()).rejects.toMatchObject({ kind, message: expect.stringContaining(sentence) });
  });

  it('at a paused project says where to look', async () => {
    proxy.set('refuse');
    await expect(ann()).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringContaining('dashboard') });
  });
});

describe('a project that stays silent', () => {
  beforeEach(() => {
    const inTime = AbortSignal.timeout.bind(AbortSignal);
    // Stands in for waiting twenty seconds.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => inTime(ms / TIMEOUT_MS));
  });

  it.each(['sign in', 'renew'])('is given up by those who %s', async (what) => {
    proxy.set({ slow: 600_000 });
    const session = { kind: 'session', accessToken: 'a.b.c', refreshToken: 'r', expiresAt: 0 } as const;
    const work = what === 'renew' ? refreshSession(project, session) : ann();
    await expect(work).rejects.toMatchObject({ kind: 'timeout', endsSession: false });
  });

  it('holds nobody back who signs out', async () => {
    proxy.set({ slow: 600_000 });
    const session = { kind: 'session', accessToken: 'a.b.c', refreshToken: 'r', expiresAt: 0 } as const;
    expect(await signOut(project, session)).toBeUndefined();
  });
});

it('signing out ends the session at the project, so that a copy of it is worth nothing', async () => {
  const session = await ann();
  const renewed = await refreshSession(project, session);
  await signOut(project, renewed);
  await expect(refreshSession(project, renewed)).rejects.toMatchObject({
    kind: 'signed_out',
    message: expect.stringContaining('what you were writing is kept'),
  });
});
