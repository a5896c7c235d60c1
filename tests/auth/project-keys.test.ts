import { decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authentication } from '../../api/auth/authentication.ts';
import { readConfig } from '../../api/config.ts';
import { ApiError } from '../../api/errors.ts';
import { type AuthServer, startAuthServer } from '../rig/auth-server.ts';
import { ADMIN, trustIn, USERS } from './trust-in.ts';

let auth: AuthServer;
let clock: number;
beforeAll(async () => {
  auth = await startAuthServer({ users: USERS });
});
afterAll(() => auth.close());
beforeEach(() => {
  clock = Date.now();
});

/** The product's own composition, with a clock that the test turns. */
const trusting = (environment: Record<string, string> = {}) => trustIn(auth, () => clock, environment);

describe('the keys of a project', () => {
  it('are asked for once, by however many callers, and again after ten minutes', async () => {
    const authenticate = trusting();
    const before = auth.keySetRequests();
    const token = await auth.token(ADMIN);
    const identities = await Promise.all(Array.from({ length: 20 }, () => authenticate(token)));
    expect(identities.every((identity) => identity?.role === 'admin')).toBe(true);
    clock += 9 * 60_000;
    await authenticate(token);
    expect(auth.keySetRequests() - before).toBe(1);
    clock += 2 * 60_000;
    expect(await authenticate(token)).not.toBeNull();
    expect(auth.keySetRequests() - before).toBe(2);
  });

  it('may rotate: the new one works at once, the old one until it is revoked', async () => {
    const authenticate = trusting();
    const old = await auth.token(ADMIN);
    expect(await authenticate(old)).not.toBeNull();
    clock += 6_000;
    await auth.rotate();
    expect(await authenticate(await auth.token(ADMIN))).not.toBeNull();
    expect(await authenticate(old)).not.toBeNull();
    await auth.rotate({ revoke: true });
    clock += 6_000;
    expect(await authenticate(await auth.token(ADMIN))).not.toBeNull();
    expect(await authenticate(old)).toBeNull();
  });

  it('are not asked for by every stranger with a key id of his own', async () => {
    const authenticate = trusting();
    await authenticate(await auth.token(ADMIN));
    const before = auth.keySetRequests();
    const { privateKey } = await generateKeyPair('ES256');
    for (let i = 0; i < 20; i++) {
      const forged = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: `k${i}` }).sign(privateKey);
      expect(await authenticate(forged)).toBeNull();
      clock += 200;
    }
    expect(auth.keySetRequests() - before).toBe(0);
  });

  it('given by the configuration are not asked for, until one is missing', async () => {
    const before = auth.keySetRequests();
    const authenticate = trusting({ SUPABASE_JWKS: JSON.stringify(auth.jwks()) });
    expect(await authenticate(await auth.token(ADMIN))).not.toBeNull();
    expect(auth.keySetRequests() - before).toBe(0);
    await auth.rotate();
    expect(await authenticate(await auth.token(ADMIN))).not.toBeNull();
    expect(auth.keySetRequests() - before).toBe(1);
  });

  it('that cannot be had make it say "try again", never "signed out", and work as soon as they can', async () => {
    const token = await auth.token(ADMIN);
    const authenticate = trusting();
    auth.setAway(true);
    const error = await authenticate(token).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'database_unavailable', details: { retryAfter: 5 } });
    auth.setAway(false);
    clock += 3_000;
    expect(await authenticate(token)).toMatchObject({ role: 'admin' });
  });

  it.each([
    ['no JSON', 'keys'],
    ['no key set', '{"keys": {}}'],
    ['a page of a proxy', '<html></html>'],
  ])('that come as %s are an outage too', async (_, body) => {
    const config = readConfig({ SUPABASE_URL: auth.url, DATABASE_URL: 'postgresql://unused@127.0.0.1/unused' });
    const answering = authentication(config, { fetch: async () => new Response(body), now: () => new Date(clock) });
    await expect(answering(await auth.token(ADMIN))).rejects.toMatchObject({ code: 'database_unavailable' });
  });

  it('of which one is damaged are an outage for its sessions alone', async () => {
    const { kid } = decodeProtectedHeader(await auth.token(ADMIN));
    const keys = [{ kty: 'EC', crv: 'P-256', x: '!', y: '', kid, alg: 'ES256' }];
    const authenticate = trusting({ SUPABASE_JWKS: JSON.stringify({ keys }) });
    const outcome = await authenticate(await auth.token(ADMIN)).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'database_unavailable' });
  });
});
