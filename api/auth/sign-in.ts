import type { AuthMethods } from '../../shared/contract/health.ts';
import type { Config } from '../config.ts';

/** What /health tells the extension: how a person can sign in here, with what it needs to do so. All of it is public. */
export function signInMethods(config: Config): AuthMethods {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, ADMIN_KEY, VIEWER_KEY } = config;
  // Without the publishable key the project's own sign-in cannot be called.
  const supabase =
    SUPABASE_URL && SUPABASE_PUBLISHABLE_KEY ? { url: SUPABASE_URL, publishableKey: SUPABASE_PUBLISHABLE_KEY } : null;
  const withKey = supabase === null || ADMIN_KEY !== undefined || VIEWER_KEY !== undefined;
  return {
    methods: [...(withKey ? (['key'] as const) : []), ...(supabase ? (['supabase'] as const) : [])],
    ...(supabase && { supabase }),
  };
}

/** The project's name in addresses of the dashboard; null for self-hosted projects, which have none. */
export function projectRef({ SUPABASE_URL }: Config): string | null {
  return /^https:\/\/([a-z0-9]+)\.supabase\.(co|in)$/.exec(SUPABASE_URL ?? '')?.[1] ?? null;
}
