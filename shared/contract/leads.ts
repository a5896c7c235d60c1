import { z } from 'zod';
import { changesCursor } from './changes.ts';
import { lead, leadId, leadSource, leadStatus } from './lead.ts';
import * as limits from './limits.ts';
import { malformedRow } from './malformed-row.ts';
import { pageLimit } from './page-limit.ts';
import { receipt } from './receipt.ts';
import { text } from './text.ts';
import { user, userId } from './user.ts';

const day = /^\d{4}-\d{2}-\d{2}$/;

const USE = 'Use a date like 2026-11-22 or an ISO 8601 time.';
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], USE);

/** Moments are compared as text, which a year of more than four digits would turn around. */
const inUtc = z
  .string()
  .transform((value) => new Date(value).toISOString())
  .refine((iso) => /^\d{4}-/.test(iso), USE);

/** An ISO day means its first millisecond in UTC. */
const from = moment.pipe(inUtc);

/** An ISO day means its last millisecond in UTC: `from` and `to` on one day give that day. */
const to = moment.transform((value) => (day.test(value) ? `${value}T23:59:59.999Z` : value)).pipe(inUtc);

/**
 * `GET /leads`: newest first; `from` and `to` include their ends and compare with createdAt; `convertedToUserId` gives the leads that
 * became this user.
 */
export const leadsQuery = z.strictObject({
  status: leadStatus.optional(),
  source: leadSource.optional(),
  convertedToUserId: userId.optional(),
  q: text(limits.SEARCH_LENGTH).optional(),
  from: from.optional(),
  to: to.optional(),
  limit: pageLimit,
  cursor: leadId.optional(),
  total: z.enum(['0', '1']).optional(),
});
export type LeadsQuery = z.infer<typeof leadsQuery>;

export const leadsReply = z.object({
  success: z.literal(true),
  leads: z.array(lead),
  malformed: z.array(malformedRow),
  nextCursor: leadId.nullable(),
  /** Where `GET /changes` continues this very list: what it does not show yet comes after this cursor. */
  changesCursor,
  total: z.number().int().nonnegative().optional(),
});

/** `digest` is that of the stored row, as receipts have it; left out after a write, and where a part of the row is withheld. */
export const leadReply = z.object({ success: z.literal(true), lead, digest: receipt.shape.digest.optional() });

export const leadDeletedReply = z.object({ success: z.literal(true), deleted: leadId });

/** The lead is `converted` and says whose it became; `created` is false when a user had its email already. */
export const convertedReply = z.object({ success: z.literal(true), lead, user, created: z.boolean() });
