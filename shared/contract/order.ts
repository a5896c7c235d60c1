import { z } from 'zod';
import { address, addressPatch, storedAddress } from './address.ts';
import * as limits from './limits.ts';
import { money } from './money.ts';
import { submissionId } from './submission-id.ts';
import { optionalText, removable, text } from './text.ts';
import { userId } from './user.ts';

/** `order_<milliseconds>_<random>`; ours carry 9 random characters, older installs 1 to 12. */
export const ORDER_ID = /^order_[0-9]{1,15}_[a-z0-9]{1,12}$/;

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
