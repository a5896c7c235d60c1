import { z } from 'zod';
import * as limits from './limits.ts';
import { USER_ID } from './record-key.ts';

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

/**
 * An address as it is clearly meant: full-width letters and signs, as East Asian keyboards type them, are the plain ones, and a soft
 * hyphen is only there for the eye. A domain in another script is written in lower case, as the domain system has it. `crm.email_form`
 * says which addresses are the same.
 */
function meantEmail(typed: string): string {
  const plain = typed
    .replace(/\u00ad/g, '')
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
  const [, local, domain] = /^(.*@)(.*\P{ASCII}.*)$/su.exec(plain) ?? [];
  if (local === undefined || domain === undefined) return plain;
  return local + domain.normalize('NFKC').toLowerCase().replaceAll('。', '.');
}

export const email = text(limits.EMAIL_LENGTH)
  .overwrite(meantEmail)
  .refine(
    (value) => emailPattern.test(value) && value.indexOf('@') <= limits.EMAIL_LOCAL_LENGTH,
    'Enter an email address like name@example.com.',
  );

/** Leads and orders name their user by it. */
export const userId = z.string().regex(USER_ID, 'Use an id like user_1736177352123_abc123def.');
