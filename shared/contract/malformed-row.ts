import { z } from 'zod';

/** A row under a record's key that is no such record: named instead of dropped, so that counts add up. */
export const malformedRow = z.object({ key: z.string(), problem: z.string() });
