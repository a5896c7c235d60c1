import { z } from 'zod';
import { consent, interests, leadId, leadSource, ownFields } from './lead.ts';
import * as limits from './limits.ts';
import { pageLimit } from './page.ts';
import { receipt, submissionId } from './receipt.ts';
import { HELD_ID } from './record-key.ts';
import { email, foreignName, optionalText, text } from './text.ts';

const utm = z
  .record(foreignName(limits.UTM_NAME_LENGTH), text(limits.UTM_LENGTH))
  .refine((parameters) => Object.keys(parameters).length <= limits.UTM_PARAMETERS, 'Too many campaign parameters.');

/** What anybody may send to `POST /leads`. Unknown names are refused so that no typed value is dropped in silence. */
export const captureRequest = z.strictObject({
  email,
  name: optionalText(limits.NAME_LENGTH),
  phone: optionalText(limits.PHONE_LENGTH),
  message: optionalText(limits.MESSAGE_LENGTH),
  budget: optionalText(limits.CHOICE_LENGTH),
  roomType: optionalText(limits.CHOICE_LENGTH),
  interests: interests.optional(),
  source: leadSource.default('website-form'),
  page: optionalText(limits.URL_LENGTH),
  referrer: optionalText(limits.URL_LENGTH),
  utm: utm.optional(),
  locale: optionalText(limits.LOCALE_LENGTH),
  consent: consent.optional(),
  fields: ownFields.optional(),
  submissionId: submissionId.optional(),
  [limits.DECOY]: text(limits.FIELD_LENGTH).optional(),
});
export type CaptureRequest = z.infer<typeof captureRequest>;

/** The lead is committed: 201 the first time, 200 with `Idempotent-Replayed: true` and the same receipt afterwards. */
export const captureReply = z.object({ success: z.literal(true), leadId, receipt });

/** 202: committed, but kept aside until a person has looked at it. It is not a lead yet. */
export const heldReply = z.object({
  success: z.literal(true),
  held: z.literal(true),
  heldId: z.string().min(1),
  receipt,
});

export type CaptureReply = z.infer<typeof captureReply>;
export type HeldReply = z.infer<typeof heldReply>;

export const heldId = z.string().regex(HELD_ID, 'Use an id like held_1736177352123_abc123def.');

/** Why a submission waits: the field nobody sees was filled, or the message holds many links. */
export const suspicion = z.enum(['decoy_filled', 'many_links']);
export type Suspicion = z.infer<typeof suspicion>;

export const heldSubmission = z.object({
  id: heldId,
  heldAt: z.iso.datetime(),
  reasons: z.array(suspicion).min(1),
  submission: z.looseObject(captureRequest.partial().shape),
});
export type HeldSubmission = z.infer<typeof heldSubmission>;

export const heldQuery = z.strictObject({ limit: pageLimit, cursor: heldId.optional() });

export const heldListReply = z.object({
  success: z.literal(true),
  held: z.array(heldSubmission),
  nextCursor: heldId.nullable(),
  total: z.number().int().nonnegative(),
});

/** The submission became a lead, with a receipt like any other. */
export const heldReleasedReply = z.object({ success: z.literal(true), leadId, receipt });

export const heldDeletedReply = z.object({ success: z.literal(true), deleted: heldId });
