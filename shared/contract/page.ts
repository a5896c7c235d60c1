import { z } from 'zod';
import * as limits from './limits.ts';

const PROBLEM = `Use a whole number from 1 to ${limits.PAGE_LIMIT}.`;

/** How many entries a page of a list may have, as text in a query. */
export const pageLimit = z
  .string()
  .regex(/^[0-9]{1,9}$/, PROBLEM)
  .transform(Number)
  .refine((value) => value >= 1 && value <= limits.PAGE_LIMIT, PROBLEM)
  .default(limits.PAGE_DEFAULT);

/** A row under a record's key that is no such record: named instead of dropped, so that counts add up. */
export const malformedRow = z.object({ key: z.string(), problem: z.string() });
