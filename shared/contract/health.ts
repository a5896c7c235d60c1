import { z } from 'zod';

/** How to sign in: with a key of this API, or with an account of the Supabase project. */
export const authMethods = z.object({
  methods: z.array(z.enum(['key', 'supabase'])).min(1),
  /** Comes with the method `supabase`; both values are public. */
  supabase: z.object({ url: z.url(), publishableKey: z.string().min(1) }).optional(),
});
export type AuthMethods = z.infer<typeof authMethods>;

export const databaseHealth = z.object({
  engine: z.string(),
  table: z.string(),
  ok: z.boolean(),
  projectRef: z.string().nullable(),
});

/** The answer to a real query made for this request. */
export const healthReply = z.object({
  success: z.literal(true),
  status: z.literal('ok'),
  version: z.string(),
  database: databaseHealth.extend({ ok: z.literal(true) }),
  /** ISO 4217, of every amount in the records. */
  currency: z.string().regex(/^[A-Z]{3}$/),
  auth: authMethods,
});

/** `GET /session`: whose key or session was sent, as the API sees it now. */
export const sessionReply = z.object({
  success: z.literal(true),
  role: z.enum(['admin', 'viewer']),
  /** What the change log calls this caller. */
  actor: z.string().min(1),
});
export type Session = z.infer<typeof sessionReply>;
