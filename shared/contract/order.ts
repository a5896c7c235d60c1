import { z } from 'zod';
import { changesCursor } from './changes.ts';
import * as limits from './limits.ts';
import { malformedRow, pageLimit } from './page.ts';
import { receipt, submissionId } from './receipt.ts';
import { ORDER_ID } from './record-key.ts';
import { optionalText, removable, text } from './text.ts';
import { address, addressPatch, storedAddress, userId } from './user.ts';

/** An amount in units of the configured currency, like 1250.5, with at most two decimals. The database adds up in cents. */
export const money = z
  .number({ error: ({ input }) => (input === undefined ? undefined : 'Use a number like 49.90.') })
  .min(0, 'Use an amount of 0 or more.')
  .max(limits.MONEY, `Use an amount of at most ${limits.MONEY}.`)
  .refine((amount) => Math.round(amount * 100) / 100 === amount, 'Use at most two decimals.');

export const orderId = z.string().regex(ORDER_ID, 'Use an id like order_1736177352123_abc123def.');
export const orderStatus = z.enum(limits.ORDER_STATUSES);
export type OrderStatus = z.infer<typeof orderStatus>;
export const paymentStatus = z.enum(limits.PAYMENT_STATUSES);

const quantity = z
  .number({ error: ({ input }) => (input === undefined ? undefined : 'Use a whole number.') })
  .int('Use a whole number.')
  .min(1, 'Use 1 or more.')
  .max(limits.QUANTITY, `Use at most ${limits.QUANTITY}.`);

/** One line of an order; `price` is for one piece. */
export const orderItem = z.strictObject({
  name: text(limits.NAME_LENGTH).min(1),
  quantity,
  price: money,
  productId: optionalText(limits.CHOICE_LENGTH),
  variant: optionalText(limits.NAME_LENGTH),
});

const items = z.array(orderItem).min(1).max(limits.ITEMS, `Use at most ${limits.ITEMS} items.`);

const stored = z.string().nullish();
const number = z.number().nullish();
const loose = z.looseObject({});

/** An order as it stands in the table. What an older install wrote beside these fields passes through. */
export const order = z.looseObject({
  id: orderId,
  userId: z.string().min(1),
  total: z.number(),
  orderNumber: stored,
  items: z.array(loose).nullish(),
  subtotal: number,
  tax: number,
  shipping: number,
  discount: number,
  status: stored,
  completed: z.boolean().nullish(),
  paymentMethod: stored,
  paymentStatus: stored,
  shippingAddress: storedAddress.nullish(),
  trackingNumber: stored,
  notes: stored,
  timeline: z.array(loose).nullish(),
  createdAt: stored,
  updatedAt: stored,
  seed: z.boolean().nullish(),
});

/** `nextStatuses`: the steps that may come next, the usual one first; none when the order has ended. */
export const shownOrder = order.extend({ nextStatuses: z.array(orderStatus) });
export type Order = z.infer<typeof shownOrder>;

/**
 * What an admin sends to create an order. `subtotal` is the sum of quantity × price, `total` is subtotal + tax + shipping −
 * discount: left out they are computed, given they must be right to the cent. The same `submissionId` again creates nothing
 * and gives the order as it is now.
 */
export const orderRequest = z.strictObject({
  userId,
  items,
  subtotal: money.optional(),
  tax: money.default(0),
  shipping: money.default(0),
  discount: money.default(0),
  total: money.optional(),
  status: z.enum(['pending-payment', 'processing']).default('pending-payment'),
  paymentMethod: text(limits.CHOICE_LENGTH).min(1),
  paymentStatus: paymentStatus.optional(),
  shippingAddress: address,
  trackingNumber: optionalText(limits.CHOICE_LENGTH),
  notes: optionalText(limits.NOTES_LENGTH),
  submissionId: submissionId.optional(),
});

/**
 * What an admin may change on an order. A new `status` must be one of its nextStatuses and is told in the timeline. Sums that
 * are left out follow from the others, as when creating.
 */
export const orderPatch = z
  .strictObject({
    items: items.optional(),
    subtotal: money.optional(),
    tax: money.optional(),
    shipping: money.optional(),
    discount: money.optional(),
    total: money.optional(),
    status: orderStatus.optional(),
    paymentMethod: text(limits.CHOICE_LENGTH).min(1).optional(),
    paymentStatus: paymentStatus.optional(),
    shippingAddress: addressPatch.optional(),
    trackingNumber: removable(limits.CHOICE_LENGTH),
    notes: removable(limits.NOTES_LENGTH),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Name at least one field to change.');

/** An entry for the timeline: what happened, and the step it is when it is one. Entries are never changed or removed. */
export const timelineRequest = z.strictObject({
  note: text(limits.FIELD_LENGTH).min(1),
  status: orderStatus.optional(),
});

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
