import { authentication } from '../../api/auth/authentication.ts';
import { readConfig } from '../../api/config.ts';
import type { AuthServer } from '../rig/auth-server.ts';

export const ADMIN_KEY = 'admin-key-of-the-tests';
export const ADMIN = 'admin@studio.example';

export const USERS = [
  { email: ADMIN, password: 'a', role: 'admin' },
  { email: 'viewer@studio.example', password: 'v', role: 'viewer' },
  { email: 'nobody@studio.example', password: 'n', userMetadata: { role: 'admin', app_metadata: { role: 'admin' } } },
  { email: 'owner@studio.example', password: 'o', role: 'owner' },
];

/** The product's own composition over this server, with a clock that the test turns. */
export function trustIn(auth: AuthServer, clock: () => number, environment: Record<string, string> = {}) {
  const config = readConfig({
    SUPABASE_URL: auth.url,
    DATABASE_URL: 'postgresql://unused@127.0.0.1/unused',
    ADMIN_KEY,
    ...environment,
  });
  return authentication(config, { fetch, now: () => new Date(clock()) });
}
