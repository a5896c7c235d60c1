import { z } from 'zod';
import { captureRequest } from './capture.ts';
import { leadId } from './lead.ts';
import { pageLimit } from './page-limit.ts';
import { receipt } from './receipt.ts';

export const HELD_ID = /^held_[0-9]{13}_[a-z0-9]{9}$/;

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
