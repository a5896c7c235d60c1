import { z } from 'zod';

/** A SHA-256, or a sum of them (shared/proof/digest.ts), as 64 lower-case hex digits. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Evidence of one committed write, computed by Postgres over what it stored.
 * `digest` is the lower-case hex SHA-256 of `<octets of key>:<key><value as stored text>`; hashing the JSON that was sent
 * gives another result, since jsonb reorders keys.
 */
export const receipt = z.object({
  key: z.string().min(1),
  digest,
  storedAt: z.iso.datetime(),
  transactionId: z.string().regex(/^[0-9]+$/),
});
export type Receipt = z.infer<typeof receipt>;

/**
 * Names one submission through all its retries, so that it is stored once. The nil and the max UUID (RFC 9562) are what broken
 * generators give to everybody.
 */
export const submissionId = z
  .uuid('Use a UUID, for example from crypto.randomUUID().')
  .toLowerCase()
  .refine(
    (id) => !/^(0+|f+)$/.test(id.replaceAll('-', '')),
    'Use a random UUID, for example from crypto.randomUUID().',
  );
