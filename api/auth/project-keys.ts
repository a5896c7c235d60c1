import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type KeySet, keySet } from '../config-supabase.ts';
import { ApiError } from '../errors.ts';

/** Supabase keeps a new key in the published set for longer than this before it signs with it. */
const FRESH_MS = 10 * 60_000;
/** Anybody can send unknown key ids; no more often than this do they make us ask. */
const COOLDOWN_MS = 5_000;
/** After a failure the next callers hear of it at once instead of waiting for the same silence. */
const PAUSE_MS = 2_000;
const TIMEOUT_MS = 5_000;

/** The world outside, as the runtime has it and as tests play it. */
export interface Outside {
  fetch: (url: string, options: RequestInit) => Promise<Response>;
  now: () => Date;
}

interface Known {
  find: JWTVerifyGetKey;
  /** Null for keys that the configuration gave: they hold until a key is missing among them. */
  fetchedAt: number | null;
}

/** Why a session cannot be checked right now; it says nothing about the session. */
export function authUnavailable(cause: unknown): ApiError {
  return new ApiError(
    'database_unavailable',
    'Supabase Auth does not answer right now, so your session could not be checked. You are still signed in; try again.',
    { cause, retryAfter: 5, reason: 'auth_unavailable' },
  );
}

/**
 * The public keys that a project signs sessions with, kept for ten minutes. A key id that is not among them asks again,
 * so that a rotated key works at once.
 * @param url of the key set
 * @param inline keys known from the start
 * @throws (what it returns) ApiError database_unavailable when the keys cannot be had, JWKSNoMatchingKey when it is none of them
 */
export function projectKeys(url: string, inline: KeySet | undefined, outside: Outside): JWTVerifyGetKey {
  let known: Known | null = inline ? { find: createLocalJWKSet(inline), fetchedAt: null } : null;
  let asking: Promise<Known> | null = null;
  let failed: { at: number; error: ApiError } | null = null;
  const now = () => outside.now().getTime();

  async function ask(): Promise<Known> {
    try {
      const reply = await outside.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
      if (!reply.ok) throw new Error(`The key set answered ${reply.status}.`);
      known = { find: createLocalJWKSet(keySet.parse(await reply.json())), fetchedAt: now() };
      failed = null;
      return known;
    } catch (cause) {
      const error = authUnavailable(cause);
      failed = { at: now(), error };
      throw error;
    }
  }

  function refetch(): Promise<Known> {
    if (failed && now() - failed.at < PAUSE_MS) throw failed.error;
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  const ageOf = ({ fetchedAt }: Known) => (fetchedAt === null ? 0 : now() - fetchedAt);

  return async (header, token) => {
    const current = known && ageOf(known) < FRESH_MS ? known : await refetch();
    try {
      return await current.find(header, token);
    } catch (error) {
      const justAsked = current.fetchedAt !== null && ageOf(current) < COOLDOWN_MS;
      if (!(error instanceof errors.JWKSNoMatchingKey) || justAsked) throw error;
      return (await refetch()).find(header, token);
    }
  };
}
