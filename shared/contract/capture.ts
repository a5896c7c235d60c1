import { z } from 'zod';
import { consent, email, interests, leadId, leadSource, ownFields } from './lead.ts';
import * as limits from './limits.ts';
import { receipt } from './receipt.ts';
import { submissionId } from './submission-id.ts';
import { foreignName, optionalText, text } from './text.ts';

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
