import type { Config } from '../config.ts';
import type { Authenticate } from './identity.ts';
import { keyAuthentication } from './key-authentication.ts';
import { type Outside, projectKeys } from './project-keys.ts';
import { sessionAuthentication } from './supabase-session.ts';

/** Everybody whom the configuration lets in: holders of its keys, and people of its Supabase project. */
export function authentication(config: Config, outside: Outside): Authenticate {
  const { ADMIN_KEY, VIEWER_KEY, SUPABASE_URL, SUPABASE_JWKS, SUPABASE_JWT_SECRET } = config;
  const byKey = keyAuthentication({
    ...(ADMIN_KEY !== undefined && { admin: ADMIN_KEY }),
    ...(VIEWER_KEY !== undefined && { viewer: VIEWER_KEY }),
  });
  if (!SUPABASE_URL) return byKey;
  const bySession = sessionAuthentication({
    url: SUPABASE_URL,
    keys: projectKeys(`${SUPABASE_URL}/auth/v1/.well-known/jwks.json`, SUPABASE_JWKS, outside),
    legacySecret: SUPABASE_JWT_SECRET,
    now: outside.now,
  });
  return async (token) => (await byKey(token)) ?? (await bySession(token));
}
