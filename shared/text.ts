import { z } from 'zod';

/**
 * Text that Postgres can store and give back unchanged: no U+0000 (SQLSTATE 22P05) and no lone surrogates (22P02).
 * @param max most UTF-16 code units after trimming
 */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `Use at most ${max} characters.`)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'Contains characters that cannot be stored.');

/** Text that may be absent; an empty string means the same as leaving it out. */
export const optionalText = (max: number) =>
  text(max)
    .transform((value) => (value === '' ? undefined : value))
    .optional();
