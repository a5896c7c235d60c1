import { z } from 'zod';

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
