import { z } from 'zod';
import { isLoopback } from '../shared/contract/loopback.ts';

/** The address of a project, without a path. Keys and tokens travel to it, so plain http stays on this machine or in a container network. */
const address = z
  .string()
  .transform((value) => value.replace(/\/+$/, ''))
  .refine((value) => {
    const url = URL.parse(value);
    if (!url || url.origin !== value) return false;
    return url.protocol === 'https:' || isLoopback(url.hostname) || /^[a-z0-9_-]+$/.test(url.hostname);
  }, "use the project's address without a path, like https://abcdefghijklmnopqrst.supabase.co");

/** The role inside a legacy key, which is a JWT; null when the key is none. */
function roleInside(key: string): unknown {
  try {
    const payload = key.split('.')[1] ?? '';
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).role;
  } catch {
    return null;
  }
}

const isSecret = (key: string) => key.startsWith('sb_secret_') || roleInside(key) === 'service_role';
const isPublic = (key: string) => key.startsWith('sb_publishable_') || roleInside(key) === 'anon';

const printable = z.string().regex(/^[\x21-\x7e]{16,2000}$/, 'copy the whole key from the API keys of the project');

const secretKey = printable.refine((key) => !isPublic(key), 'it is a public key, use the secret key of the project');

// Everybody is told this key, so a slip here would publish the whole table.
const publicKey = printable.refine(
  (key) => !isSecret(key),
  'it is a secret key, use the publishable key of the project',
);

/** What the edge runtime sets: names and keys as a JSON dictionary. Its `default` counts, else its only one. */
function dictionary(key: z.ZodType<string, string>) {
  return z
    .string()
    .transform((text, context) => {
      try {
        const keys: Record<string, unknown> = JSON.parse(text);
        const chosen = keys.default ?? Object.values(keys)[0];
        if (typeof chosen === 'string') return chosen;
      } catch {}
      context.addIssue({ code: 'custom', message: 'use a JSON dictionary like {"default":"sb_…"}' });
      return z.NEVER;
    })
    .pipe(key);
}

const publicJwk = z.looseObject({ kty: z.enum(['EC', 'RSA']), kid: z.string().min(1) });

/** A key set as the project serves it; kinds of keys that we do not verify with are left out. */
export const keySet = z
  .object({ keys: z.array(z.looseObject({})) })
  .or(z.array(z.looseObject({})).transform((keys) => ({ keys })))
  .transform(({ keys }) => ({ keys: keys.filter((key) => publicJwk.safeParse(key).success) }))
  .pipe(z.object({ keys: z.array(publicJwk) }));
export type KeySet = z.infer<typeof keySet>;

const inlineKeySet = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'use the JSON of the project at /auth/v1/.well-known/jwks.json' });
      return z.NEVER;
    }
  })
  .pipe(keySet);

// A public key is no HMAC secret: whoever reads it could sign in as anybody.
const hmacSecret = z
  .string()
  .min(32, 'use the legacy JWT secret of the project, 32 characters or more')
  .refine(
    (secret) => !/^\s*(-----BEGIN|\{|\[|sb_)/.test(secret) && roleInside(secret) === null,
    'it is a key and no secret, use the legacy JWT secret of the project',
  );

/** What a Supabase project brings, by the names its own runtime and dashboard use. */
export const supabaseEnvironment = z.object({
  SUPABASE_URL: address.optional(),
  SUPABASE_SECRET_KEY: secretKey.optional(),
  SUPABASE_SECRET_KEYS: dictionary(secretKey).optional(),
  SUPABASE_SERVICE_ROLE_KEY: secretKey.optional(),
  SUPABASE_PUBLISHABLE_KEY: publicKey.optional(),
  SUPABASE_PUBLISHABLE_KEYS: dictionary(publicKey).optional(),
  SUPABASE_ANON_KEY: publicKey.optional(),
  SUPABASE_JWKS: inlineKeySet.optional(),
  SUPABASE_JWT_SECRET: hmacSecret.optional(),
});
export type SupabaseEnvironment = z.infer<typeof supabaseEnvironment>;

/** The several names of one key made one: what a person set wins over the dictionary, that over the legacy key. */
export function withOneName<T extends SupabaseEnvironment>(settings: T) {
  const { SUPABASE_SECRET_KEYS, SUPABASE_SERVICE_ROLE_KEY, SUPABASE_PUBLISHABLE_KEYS, SUPABASE_ANON_KEY, ...rest } =
    settings;
  const secret = rest.SUPABASE_SECRET_KEY ?? SUPABASE_SECRET_KEYS ?? SUPABASE_SERVICE_ROLE_KEY;
  const shared = rest.SUPABASE_PUBLISHABLE_KEY ?? SUPABASE_PUBLISHABLE_KEYS ?? SUPABASE_ANON_KEY;
  return {
    ...rest,
    ...(secret !== undefined && { SUPABASE_SECRET_KEY: secret }),
    ...(shared !== undefined && { SUPABASE_PUBLISHABLE_KEY: shared }),
  };
}
