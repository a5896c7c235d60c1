import { z } from 'zod';
import * as limits from './limits.ts';
import { foreignName, removable, text } from './text.ts';

/** `lead_<milliseconds>_<random>`; ours carry 9 random characters, older installs 1 to 12. */
export const LEAD_ID = /^lead_[0-9]{1,15}_[a-z0-9]{1,12}$/;

export const leadId = z.string().regex(LEAD_ID, 'Use an id like lead_1736177352123_abc123def.');
export const leadSource = z.enum(limits.SOURCES);
export const leadStatus = z.enum(limits.STATUSES);

const emailPattern = new RegExp(limits.EMAIL_PATTERN, 'u');

export const email = text(limits.EMAIL_LENGTH).refine(
  (value) => emailPattern.test(value) && value.indexOf('@') <= limits.EMAIL_LOCAL_LENGTH,
  'Enter an email address like name@example.com.',
);

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
