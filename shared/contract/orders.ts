import { z } from 'zod';
import { changesCursor } from './changes.ts';
import * as limits from './limits.ts';
import { malformedRow } from './malformed-row.ts';
import { orderId, orderStatus, shownOrder } from './order.ts';
import { pageLimit } from './page-limit.ts';
import { receipt } from './receipt.ts';
import { text } from './text.ts';

/** `GET /orders`: newest first. */
export const ordersQuery = z.strictObject({
  status: orderStatus.optional(),
  q: text(limits.SEARCH_LENGTH).optional(),
  limit: pageLimit,
  cursor: orderId.optional(),
  total: z.enum(['0', '1']).optional(),
});

export const ordersReply = z.object({
  success: z.literal(true),
  orders: z.array(shownOrder),
  malformed: z.array(malformedRow),
  nextCursor: orderId.nullable(),
  /** Where `GET /changes` continues this very list. */
  changesCursor,
  total: z.number().int().nonnegative().optional(),
});

/** `digest` as in leadReply. */
export const orderReply = z.object({
  success: z.literal(true),
  order: shownOrder,
  digest: receipt.shape.digest.optional(),
});

export const orderDeletedReply = z.object({ success: z.literal(true), deleted: orderId });
