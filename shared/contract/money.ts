import { z } from 'zod';
import * as limits from './limits.ts';

/** An amount in units of the configured currency, like 1250.5, with at most two decimals. The database adds up in cents. */
export const money = z
  .number({ error: ({ input }) => (input === undefined ? undefined : 'Use a number like 49.90.') })
  .min(0, 'Use an amount of 0 or more.')
  .max(limits.MONEY, `Use an amount of at most ${limits.MONEY}.`)
  .refine((amount) => Math.round(amount * 100) / 100 === amount, 'Use at most two decimals.');
