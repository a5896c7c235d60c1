import { z } from 'zod';
import * as limits from './limits.ts';

/** What Postgres can store and give back unchanged: no U+0000 (SQLSTATE 22P05) and no lone surrogates (22P02). */
const storable = (value: string) => value.isWellFormed() && !value.includes('\0');
const UNSTORABLE = 'Contains characters that cannot be stored.';

/**
 * Text that people type, without the white space around it.
 * @param max most UTF-16 code units after trimming
 */
export const text = (max: number) =>
  z.string().trim().max(max, `Use at most ${max} characters.`).refine(storable, UNSTORABLE);

/** A name of somebody else's making, kept as it is: trimmed, two names could become one and lose a value. */
export const foreignName = (max: number) =>
  z
    .string()
    .max(max, `Use at most ${max} characters.`)
    .refine(storable, UNSTORABLE)
    .refine((value) => value.trim() !== '', 'A name may not be empty.');

/** Text that may be absent; an empty string means the same as leaving it out. */
export const optionalText = (max: number) =>
  text(max)
    .transform((value) => (value === '' ? undefined : value))
    .optional();

/**
 * A text that the update may also remove: by null (RFC 7396, JSON Merge Patch) or by an empty text, which is what a cleared
 * input sends.
 */
export const removable = (max: number) =>
  text(max)
    .transform((value) => (value === '' ? null : value))
    .nullish();

const emailPattern = new RegExp(limits.EMAIL_PATTERN, 'u');

export const email = text(limits.EMAIL_LENGTH).refine(
  (value) => emailPattern.test(value) && value.indexOf('@') <= limits.EMAIL_LOCAL_LENGTH,
  'Enter an email address like name@example.com.',
);
