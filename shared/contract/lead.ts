import { z } from 'zod';
import { changesCursor } from './changes.ts';
import * as limits from './limits.ts';
import { malformedRow, pageLimit } from './page.ts';
import { receipt } from './receipt.ts';
import { LEAD_ID } from './record-key.ts';
import { email, foreignName, removable, text } from './text.ts';
import { user, userId } from './user.ts';

export const leadId = z.string().regex(LEAD_ID, 'Use an id like lead_1736177352123_abc123def.');
export const leadSource = z.enum(limits.SOURCES);
export const leadStatus = z.enum(limits.STATUSES);

export const interests = z.array(text(limits.CHOICE_LENGTH).min(1)).max(limits.INTERESTS);

const fieldName = foreignName(limits.FIELD_NAME_LENGTH);

const hasFewFields = (fields: object) => Object.keys(fields).length <= limits.FIELDS;
const TOO_MANY_FIELDS = `Use at most ${limits.FIELDS} fields.`;

/** The site owner's own fields: a flat object of texts. */
export const ownFields = z.record(fieldName, text(limits.FIELD_LENGTH)).refine(hasFewFields, TOO_MANY_FIELDS);

/** What the visitor agreed to, in the words they saw. */
export const consent = z.strictObject({ given: z.boolean(), text: text(limits.CONSENT_LENGTH).min(1) });

const stored = z.string().nullish();

/**
 * A lead as it stands in the table. Rows of older installs may lack what we always write and carry fields we do not know,
 * so only the id and the email are demanded and everything unknown passes through.
 */
export const lead = z.looseObject({
  id: leadId,
  email: z.string().min(1),
  name: stored,
  phone: stored,
  source: stored,
  status: stored,
  interests: z.array(z.string()).nullish(),
  budget: stored,
  roomType: stored,
  message: stored,
  notes: stored,
  createdAt: stored,
  updatedAt: stored,
  convertedToUserId: stored,
  assignedTo: stored,
  page: stored,
  referrer: stored,
  utm: z.record(z.string(), z.string()).nullish(),
  locale: stored,
  consent: z.looseObject({ given: z.boolean(), text: z.string() }).nullish(),
  fields: z.record(z.string(), z.string()).nullish(),
  seed: z.boolean().nullish(),
});
export type Lead = z.infer<typeof lead>;

/** What an admin may change on a lead. Merged into the stored row (RFC 7396); what is left out stays as it is. */
export const leadPatch = z
  .strictObject({
    email: email.optional(),
    name: removable(limits.NAME_LENGTH),
    phone: removable(limits.PHONE_LENGTH),
    source: leadSource.optional(),
    status: leadStatus.optional(),
    interests: interests.nullish(),
    budget: removable(limits.CHOICE_LENGTH),
    roomType: removable(limits.CHOICE_LENGTH),
    message: removable(limits.MESSAGE_LENGTH),
    notes: removable(limits.NOTES_LENGTH),
    assignedTo: removable(limits.EMAIL_LENGTH),
    fields: z.record(fieldName, text(limits.FIELD_LENGTH).nullable()).refine(hasFewFields, TOO_MANY_FIELDS).nullish(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Name at least one field to change.');
export type LeadPatch = z.infer<typeof leadPatch>;

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
