import { createHmac, generateKeyPairSync } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type AuthServer, PUBLISHABLE_KEY, startAuthServer } from '../rig/auth-server.ts';
import { ADMIN, ADMIN_KEY, trustIn, USERS } from './trust-in.ts';

const SECRET = 'a-legacy-secret-of-more-than-thirty-two-characters';
let auth: AuthServer;
let clock: number;
beforeAll(async () => {
  auth = await startAuthServer({ users: USERS });
});
afterAll(() => auth.close());
beforeEach(() => {
  clock = Date.now();
});

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The product's own composition, with a clock that the test turns. */
const trusting = (environment: Record<string, string> = {}) => trustIn(auth, () => clock, environment);

const partsOf = (token: string) => token.split('.') as [string, string, string];
const seconds = () => Math.floor(clock / 1000);

describe('a session of Supabase Auth', () => {
  it('has the role that an administrator gave the account, and its address as the actor', async () => {
    const authenticate = trusting();
    expect(await authenticate(await auth.token(ADMIN))).toEqual({ role: 'admin', actor: `user:${ADMIN}` });
    expect(await authenticate(await auth.token('viewer@studio.example'))).toMatchObject({ role: 'viewer' });
    const phone = await auth.token(ADMIN, { email: '', sub: 'c0ffee' });
    expect(await authenticate(phone)).toEqual({ role: 'admin', actor: 'user:c0ffee' });
  });

  it('has no role when nobody gave it one, whatever the user wrote about himself', async () => {
    const authenticate = trusting();
    for (const email of ['nobody@studio.example', 'owner@studio.example']) {
      expect(await authenticate(await auth.token(email))).toEqual({ role: null, actor: `user:${email}` });
    }
    for (const app_metadata of [null, 'admin', ['admin'], { role: ['admin'] }, { role: 'Admin' }]) {
      expect(await authenticate(await auth.token(ADMIN, { app_metadata }))).toMatchObject({ role: null });
    }
  });

  it('stands beside the key, which needs no project', async () => {
    auth.setAway(true);
    expect(await trusting()(ADMIN_KEY)).toEqual({ role: 'admin', actor: 'key:admin' });
    auth.setAway(false);
  });

  it('is taken within a minute of either end, for clocks that differ', async () => {
    const authenticate = trusting();
    const ends = (exp: number) => auth.token(ADMIN, { exp });
    const begins = (nbf: number) => auth.token(ADMIN, { nbf });
    expect(await authenticate(await ends(seconds() - 50))).not.toBeNull();
    expect(await authenticate(await ends(seconds() - 70))).toBeNull();
    expect(await authenticate(await begins(seconds() + 50))).not.toBeNull();
    expect(await authenticate(await begins(seconds() + 70))).toBeNull();
    const token = await auth.token(ADMIN);
    clock += 3_700_000;
    expect(await authenticate(token)).toBeNull();
  });
});

describe('what is no session of this project', () => {
  it.each([
    ['another issuer', { iss: 'https://other.supabase.co/auth/v1' }],
    ['the issuer without its path', { iss: 'http://127.0.0.1' }],
    ['no issuer', { iss: null }],
    ['another audience', { aud: 'other' }],
    ['no audience', { aud: null }],
    ['no end', { exp: null }],
    ['an end that is text', { exp: '9999999999' }],
    ['no subject', { sub: null }],
    ['the role anon', { role: 'anon' }],
    ['the role service_role', { role: 'service_role' }],
    ['no role in the database', { role: null }],
  ])('is refused: %s', async (_, changes) => {
    expect(await trusting()(await auth.token(ADMIN, changes))).toBeNull();
  });

  it.each([
    PUBLISHABLE_KEY,
    'sb_secret_of_the_tests_0123456789',
    '',
    'x',
    '..',
    'a.b.c',
    'e30.e30.',
    'e30.e30.e30',
    'null.null.null',
    `${base64url(null)}.${base64url({})}.`,
    `${base64url([])}.${base64url({})}.x`,
    'ä.ö.ü',
    'a'.repeat(8000),
  ])('is refused: %s', async (token) => {
    expect(await trusting()(token)).toBeNull();
    expect(await trusting({ SUPABASE_JWT_SECRET: SECRET })(token)).toBeNull();
  });

  it('is refused: a token without a signature, in every spelling of none', async () => {
    const [, payload] = partsOf(await auth.token(ADMIN));
    for (const alg of ['none', 'None', 'NONE', '', null, undefined, 'HS512', 'ES384', 'PS256', 'EdDSA']) {
      const header = base64url({ alg, kid: (auth.jwks().keys[0] as { kid: string }).kid, typ: 'JWT' });
      for (const signature of ['', 'AAAA']) {
        expect(await trusting()(`${header}.${payload}.${signature}`), String(alg)).toBeNull();
        expect(await trusting({ SUPABASE_JWT_SECRET: SECRET })(`${header}.${payload}.${signature}`)).toBeNull();
      }
    }
  });

  it('is refused: HS256 signed with the public key, in any form of it', async () => {
    const [, payload] = partsOf(await auth.token(ADMIN));
    const jwk = auth.jwks().keys[0] as Record<string, string>;
    const pem = await exportSPKI((await importJWK(jwk, 'ES256', { extractable: true })) as CryptoKey);
    const forms = [JSON.stringify(jwk), JSON.stringify(auth.jwks()), pem, pem.trim(), jwk.x, jwk.y, jwk.kid, ''];
    for (const form of forms) {
      for (const header of [{ alg: 'HS256', kid: jwk.kid, typ: 'JWT' }, { alg: 'HS256' }]) {
        const signed = `${base64url(header)}.${payload}`;
        const signature = createHmac('sha256', form ?? '')
          .update(signed)
          .digest('base64url');
        expect(await trusting()(`${signed}.${signature}`)).toBeNull();
        expect(await trusting({ SUPABASE_JWT_SECRET: SECRET })(`${signed}.${signature}`)).toBeNull();
      }
    }
  });

  it('is refused: one bit changed anywhere', async () => {
    const authenticate = trusting();
    const token = await auth.token(ADMIN);
    expect(await authenticate(token)).not.toBeNull();
    for (const [index, part] of partsOf(token).entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let at = 0; at < bytes.length; at += 7) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const forged = partsOf(token).with(index, changed.toString('base64url')).join('.');
        expect(await authenticate(forged), `part ${index}, byte ${at}`).toBeNull();
      }
    }
  });

  it('is refused: signed by a key of somebody else, however the header recommends it', async () => {
    const foreign = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(foreign.publicKey);
    const [, payload] = partsOf(await auth.token(ADMIN));
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const kid = (auth.jwks().keys[0] as { kid: string }).kid;
    for (const header of [{ kid }, { kid: 'mine' }, {}, { kid, jwk }, { jwk }, { kid, jku: 'http://127.0.0.1:9/' }]) {
      const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(foreign.privateKey);
      expect(await trusting()(token), JSON.stringify(header)).toBeNull();
    }
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(rsa.privateKey);
    expect(await trusting()(token)).toBeNull();
  });

  it('is refused: a right signature under a header without a key id, with crit, or with a key of its own', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'inline' };
    const authenticate = trusting({ SUPABASE_JWKS: JSON.stringify({ keys: [jwk] }) });
    const claims = JSON.parse(Buffer.from(partsOf(await auth.token(ADMIN))[1], 'base64url').toString());
    const sign = (header: object) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey);
    expect(await authenticate(await sign({ kid: 'inline' }))).not.toBeNull();
    expect(await authenticate(await sign({}))).toBeNull();
    expect(await authenticate(await sign({ kid: 'inline', jwk }))).toBeNull();
    expect(await authenticate(await sign({ kid: 'inline', crit: ['b64'], b64: true }))).toBeNull();
    expect(await authenticate(await sign({ kid: 'inline', x5c: [] }))).toBeNull();
  });
});

describe('a project that still signs with its legacy secret', () => {
  it('is trusted with that secret, and with no other', async () => {
    const legacy = await startAuthServer({ users: USERS, legacySecret: SECRET });
    onTestFinished(() => legacy.close());
    legacy.standBehind(auth.url);
    const token = await legacy.token(ADMIN);
    expect(await trusting({ SUPABASE_JWT_SECRET: SECRET })(token)).toMatchObject({ role: 'admin' });
    expect(await trusting({ SUPABASE_JWT_SECRET: `${SECRET}x` })(token)).toBeNull();
    expect(await trusting()(token)).toBeNull();
    // While a project moves to published keys, both kinds of session are about.
    expect(await trusting({ SUPABASE_JWT_SECRET: SECRET })(await auth.token(ADMIN))).toMatchObject({ role: 'admin' });
    const anonKey = await legacy.token(ADMIN, { iss: 'supabase', role: 'anon', aud: null, sub: null });
    expect(await trusting({ SUPABASE_JWT_SECRET: SECRET })(anonKey)).toBeNull();
    const expired = await legacy.token(ADMIN, { exp: seconds() - 100 });
    expect(await trusting({ SUPABASE_JWT_SECRET: SECRET })(expired)).toBeNull();
  });
});
