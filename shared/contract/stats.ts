import { z } from 'zod';
import { changesCursor } from './changes.ts';

const count = z.number().int().nonnegative();
/** In units of the currency that `GET /health` names. */
const amount = z.number();

const isTimeZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
};

/** A zone of the IANA database. An offset is none: Postgres would read its sign the other way round. */
const timeZone = z
  .string()
  .refine(
    (name) => /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name) && isTimeZone(name),
    'Use an IANA name like Asia/Kuala_Lumpur.',
  );

export const statsQuery = z.strictObject({
  days: z.enum(['30', '90', '365']).default('30').transform(Number),
  timeZone: timeZone.default('UTC'),
});

/** One day of a chart, as the chosen time zone counts days. */
export const dayCount = z.object({ day: z.iso.date(), count });
export const dayAmount = z.object({ day: z.iso.date(), amount });

/**
 * `GET /stats`: figures of one snapshot. `other` counts what rows of older installs say beside our own words, so that every sum
 * equals the total. A row without a readable createdAt counts in the totals and in no day.
 */
export const statsReply = z.object({
  success: z.literal(true),
  totalLeads: count,
  newLeads: count,
  qualifiedLeads: count,
  convertedLeads: count,
  /** Percent of all leads, with one decimal; 0 when there are none. */
  conversionRate: z.number().min(0).max(100),
  leadsByStatus: z.object({
    new: count,
    contacted: count,
    qualified: count,
    converted: count,
    lost: count,
    other: count,
  }),
  leadsBySource: z.object({
    'website-form': count,
    chatbot: count,
    consultation: count,
    questionnaire: count,
    newsletter: count,
    other: count,
  }),
  heldSubmissions: count,
  totalUsers: count,
  activeUsers: count,
  /** Since the first of the month in the chosen time zone. */
  newUsersThisMonth: count,
  totalOrders: count,
  /** Of status pending-payment. */
  pendingOrders: count,
  deliveredOrders: count,
  /** Cancelled and refunded orders are no revenue, and not in the average. */
  totalRevenue: amount,
  averageOrderValue: amount,
  ordersByStatus: z.object({
    'pending-payment': count,
    processing: count,
    'ready-to-ship': count,
    'in-transit': count,
    arriving: count,
    'out-for-delivery': count,
    delivered: count,
    cancelled: count,
    refunded: count,
    other: count,
  }),
  /** An entry for every day up to today, oldest first. */
  series: z.object({
    timeZone: z.string(),
    days: z.number().int(),
    leads: z.array(dayCount),
    orders: z.array(dayCount),
    revenue: z.array(dayAmount),
  }),
  /** When the snapshot was taken. */
  asOf: z.iso.datetime(),
  changesCursor,
});
export type StatsReply = z.infer<typeof statsReply>;
