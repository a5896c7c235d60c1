import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { authSigner } from './auth-signer.ts';

export const PUBLISHABLE_KEY = 'sb_publishable_of_the_tests';

interface AuthUser {
  email: string;
  password: string;
  /** `app_metadata.role`, as an administrator of the project gave it. */
  role?: string;
  /** `user_metadata`, which a user writes as he likes. */
  userMetadata?: Record<string, unknown>;
}

export interface AuthServer {
  /** Address of the pretended project. */
  url: string;
  /** The public keys as they are served now. */
  jwks(): JSONWebKeySet;
  /** Signs with a new key from now on. The old one stays published unless it is revoked. */
  rotate(options?: { revoke?: boolean }): Promise<void>;
  /** A token with the claims of this user, changed where `changes` says so; null takes a claim away. */
  token(email: string, changes?: Record<string, unknown>): Promise<string>;
  /** Everything below /auth/v1, with or without that prefix, for a gateway that the caller runs. */
  handler: (request: Request) => Promise<Response>;
  /** Where it listens itself, for a gateway that passes requests on. */
  port: number;
  /** Names another address in tokens from now on: that of the gateway. */
  standBehind(url: string): void;
  /** How often the key set was asked for. */
  keySetRequests(): number;
  /** Lets every request fail with 503, until told otherwise. */
  setAway(away: boolean): void;
  close(): Promise<void>;
}

export interface AuthServerOptions {
  users: AuthUser[];
  /** Signs with HS256 and this secret and publishes no key, like projects that were not migrated. */
  legacySecret?: string;
}

const failure = (error_code: string, msg: string, code = 400) =>
  Response.json({ code, error_code, msg }, { status: code });

/**
 * A small stand-in for Supabase Auth, with as much of it as supabase-js needs to sign in: password and refresh grants, user,
 * logout, the key set, rotation. It is not the real thing and proves nothing about it.
 */
export async function startAuthServer({ users, legacySecret }: AuthServerOptions): Promise<AuthServer> {
  let url = '';
  const signer = await authSigner(legacySecret);
  let keySetRequests = 0;
  let away = false;
  const accounts = users.map((user) => ({ ...user, id: crypto.randomUUID() }));
  /** Refresh token → session; each is good for one refresh. */
  const refreshTokens = new Map<string, { sessionId: string; email: string }>();

  const accountOf = (email: string) => {
    const account = accounts.find((candidate) => candidate.email === email);
    if (!account) throw new Error(`The stand-in has no user ${email}.`);
    return account;
  };

  function publicUser(email: string) {
    const { id, role, userMetadata } = accountOf(email);
    return {
      id,
      aud: 'authenticated',
      role: 'authenticated',
      email,
      app_metadata: { provider: 'email', providers: ['email'], ...(role !== undefined && { role }) },
      user_metadata: userMetadata ?? {},
      created_at: '2026-01-01T00:00:00Z',
    };
  }

  async function token(email: string, changes: Record<string, unknown> = {}): Promise<string> {
    const { id, aud, role, app_metadata, user_metadata } = publicUser(email);
    const now = Math.floor(Date.now() / 1000);
    const claims: Record<string, unknown> = {
      iss: `${url}/auth/v1`,
      sub: id,
      aud,
      iat: now,
      exp: now + 3600,
      email,
      role,
      app_metadata,
      user_metadata,
      aal: 'aal1',
      is_anonymous: false,
      session_id: crypto.randomUUID(),
      ...changes,
    };
    return signer.sign(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null)) as JWTPayload);
  }

  async function session(email: string, sessionId: string): Promise<Response> {
    const refresh_token = crypto.randomUUID();
    refreshTokens.set(refresh_token, { sessionId, email });
    return Response.json({
      access_token: await token(email, { session_id: sessionId }),
      token_type: 'bearer',
      expires_in: 3600,
      expires_at: Math.floor(Date.now() / 1000) + 3600,
      refresh_token,
      user: publicUser(email),
    });
  }

  /** The claims of a bearer token whose session still lives. */
  async function caller(header: string | undefined): Promise<JWTPayload | null> {
    const claims = await signer.read(header?.replace(/^Bearer /, '') ?? '');
    const alive = [...refreshTokens.values()].some(({ sessionId }) => sessionId === claims?.session_id);
    return alive ? claims : null;
  }

  const app = new Hono();
  app.use(cors());
  app.use(async (context, next) => {
    if (away) return failure('unexpected_failure', 'Service unavailable', 503);
    const open = context.req.path.endsWith('/jwks.json') || context.req.header('apikey');
    return open ? next() : Response.json({ message: 'No API key found in request' }, { status: 401 });
  });
  app.get('/.well-known/jwks.json', (context) => {
    keySetRequests++;
    return context.json(signer.published());
  });
  app.post('/token', async (context) => {
    const body: Record<string, string> = await context.req.json();
    if (context.req.query('grant_type') === 'refresh_token') {
      const known = refreshTokens.get(body.refresh_token ?? '');
      if (!known) return failure('refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
      refreshTokens.delete(body.refresh_token ?? '');
      return session(known.email, known.sessionId);
    }
    const account = accounts.find(({ email, password }) => email === body.email && password === body.password);
    return account
      ? session(account.email, crypto.randomUUID())
      : failure('invalid_credentials', 'Invalid login credentials');
  });
  app.get('/user', async (context) => {
    const claims = await caller(context.req.header('Authorization'));
    return claims ? context.json(publicUser(String(claims.email))) : failure('bad_jwt', 'invalid JWT', 403);
  });
  app.post('/logout', async (context) => {
    const claims = await caller(context.req.header('Authorization'));
    for (const [refresh, { sessionId }] of refreshTokens) {
      if (sessionId === claims?.session_id) refreshTokens.delete(refresh);
    }
    return context.body(null, 204);
  });

  const served = new Hono().route('/auth/v1', app).route('/', app);
  const server = createAdaptorServer({ fetch: served.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;

  return {
    get url() {
      return url;
    },
    port,
    standBehind: (gateway) => {
      url = gateway;
    },
    jwks: signer.published,
    rotate: ({ revoke = false } = {}) => signer.rotate(revoke),
    token,
    handler: async (request) => served.fetch(request),
    keySetRequests: () => keySetRequests,
    setAway: (value) => {
      away = value;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
