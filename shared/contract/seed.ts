import { z } from 'zod';

const count = z.number().int().nonnegative();

/** How many demo records this call wrote or took away; 0 when they were there, or gone, already. */
const records = z.object({ leads: count, users: count, orders: count });

export const seedReply = z.object({ success: z.literal(true), added: records });

/** A demo user who has other orders by now is kept for them. */
export const unseedReply = z.object({ success: z.literal(true), removed: records, kept: z.object({ users: count }) });
