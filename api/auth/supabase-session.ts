import {
  decodeProtectedHeader,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import type { Authenticate } from './identity.ts';
import { authUnavailable } from './project-keys.ts';

/** How far the clocks of Supabase and of this machine may differ. */
const SKEW_SECONDS = 60;
const ASYMMETRIC = ['ES256', 'RS256'];
const LEGACY = 'HS256';
/** A token that brings its own key, or asks for rules of its own, is no token of Supabase. */
const FOREIGN_HEADERS = ['jwk', 'jku', 'x5c', 'x5u', 'crit'];

const claims = z.object({
  sub: z.string().min(1).max(100),
  role: z.literal('authenticated'),
  email: z.string().max(254).optional(),
  app_metadata: z.object({ role: z.unknown() }).optional().catch(undefined),
});

/** What a session is checked against. */
export interface SessionTrust {
  /** Address of the project. */
  url: string;
  /** Finds the public key that a header names. */
  keys: JWTVerifyGetKey;
  /** Of projects that still sign with it; without one, HS256 is refused. */
  legacySecret: string | undefined;
  now: () => Date;
}

function headerOf(token: string): ProtectedHeaderParameters | null {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return null;
  }
}

/** Signs in people with a session of the project's Supabase Auth. What they may do is in `app_metadata.role`, which they cannot write. */
export function sessionAuthentication({ url, keys, legacySecret, now }: SessionTrust): Authenticate {
  const secret = legacySecret === undefined ? null : new TextEncoder().encode(legacySecret);

  async function verified(token: string) {
    const header = headerOf(token);
    if (!header || FOREIGN_HEADERS.some((name) => name in header)) return null;
    const options: JWTVerifyOptions = {
      issuer: `${url}/auth/v1`,
      audience: 'authenticated',
      currentDate: now(),
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'sub'],
    };
    // The algorithm decides which key is looked at, and each key is only ever used with its own.
    if (header.alg === LEGACY) {
      return secret && (await jwtVerify(token, secret, { ...options, algorithms: [LEGACY] })).payload;
    }
    if (!ASYMMETRIC.includes(header.alg ?? '') || !header.kid) return null;
    return (await jwtVerify(token, keys, { ...options, algorithms: ASYMMETRIC })).payload;
  }

  return async (token) => {
    try {
      const result = claims.safeParse(await verified(token));
      if (!result.success) return null;
      const { sub, email, app_metadata } = result.data;
      const role = app_metadata?.role;
      return { role: role === 'admin' || role === 'viewer' ? role : null, actor: `user:${email || sub}` };
    } catch (error) {
      // jose has a name for whatever can be wrong with a token; anything else is wrong with the keys or with us.
      if (error instanceof errors.JOSEError) return null;
      throw error instanceof ApiError ? error : authUnavailable(error);
    }
  };
}
