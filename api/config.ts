import { z } from 'zod';
import { supabaseEnvironment, withOneName } from './config-supabase.ts';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, `use a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `use a whole number from ${min} to ${max}`);

const key = z.string().regex(/^[\x21-\x7e]{16,200}$/, 'use 16 to 200 printable characters without spaces');

const origin = z.string().refine((value) => {
  const url = URL.parse(value);
  return url !== null && url.origin === value;
}, 'list origins like https://example.com, separated by commas');

const environment = z.object({
  PORT: wholeNumber(0, 65_535).default(8787),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'use a host name or an IP address')
    .default('127.0.0.1'),
  DATA_DIR: z.string().default('./.data'),
  PG_PORT: wholeNumber(0, 65_535).default(0),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'use postgresql://user:password@host:5432/database' })
    .optional(),
  KV_TABLE: z
    .string()
    .regex(/^kv_store_[a-z0-9_]{1,54}$/, 'use kv_store_ followed by up to 54 of a-z, 0-9 and _')
    .default('kv_store_3cbf86a5'),
  ADMIN_KEY: key.optional(),
  VIEWER_KEY: key.optional(),
  ALLOWED_ORIGINS: z
    .string()
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .pipe(z.array(origin))
    .optional(),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  RATE_LIMIT_PER_IP: wholeNumber(0, 1_000_000).default(30),
  RATE_LIMIT_GLOBAL: wholeNumber(0, 1_000_000).default(3_000),
  CURRENCY: z
    .string()
    .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'use an ISO 4217 code like MYR')
    .default('MYR'),
  ...supabaseEnvironment.shape,
});

type Settings = ReturnType<typeof withOneName<z.infer<typeof environment>>>;

/**
 * What the product was told from outside, read once at the entry. Each key of Supabase has one name here,
 * SUPABASE_SECRET_KEY and SUPABASE_PUBLISHABLE_KEY, whichever variable it came in.
 */
export type Config = Readonly<Settings>;

/** A value of the environment that cannot be used; the message is one sentence naming it and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What does not go together, as one sentence; null when everything does. */
function contradiction(settings: Settings): string | null {
  const { ADMIN_KEY, VIEWER_KEY, DATABASE_URL, SUPABASE_URL, SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY } = settings;
  if (ADMIN_KEY && ADMIN_KEY === VIEWER_KEY) return 'VIEWER_KEY equals ADMIN_KEY: give each role a key of its own.';
  for (const [name, ours] of Object.entries({ ADMIN_KEY, VIEWER_KEY })) {
    if (ours && [SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY].includes(ours))
      return `${name} equals a key of Supabase: make up another one.`;
  }
  if (SUPABASE_URL && !SUPABASE_SECRET_KEY && !DATABASE_URL)
    return 'SUPABASE_URL is set without a key for its data: set SUPABASE_SECRET_KEY, or DATABASE_URL to reach its Postgres directly.';
  if (SUPABASE_URL) return null;
  const orphan = Object.keys(settings).find((name) => name.startsWith('SUPABASE_'));
  return orphan ? `${orphan} is set without SUPABASE_URL: set the address of the project too.` : null;
}

/**
 * Reads the environment. An empty value counts as absent, as in `PORT= npm start`.
 * @throws ConfigError naming the first bad value; values that may be secrets are never quoted
 */
export function readConfig(values: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const result = environment.safeParse(present);
  if (result.success) {
    const settings = withOneName(result.data);
    const wrong = contradiction(settings);
    if (wrong) throw new ConfigError(wrong);
    return Object.freeze(settings);
  }
  const issue = result.error.issues[0];
  const name = String(issue?.path[0] ?? 'The environment');
  const shown = /KEY|URL|SECRET|JWKS/.test(name) ? '' : ` ("${present[name]}")`;
  throw new ConfigError(`${name}${shown} cannot be used: ${issue?.message}.`);
}

/** What was read, with values that only the start could find, such as a generated key. Frozen again. */
export function settleConfig(config: Config, found: Partial<Config>): Config {
  return Object.freeze({ ...config, ...found });
}
