import { EMAIL_LOCAL_LENGTH, EMAIL_PATTERN } from '../shared/contract/limits.ts';
import { type Messages, say } from './english.ts';
import type { Field } from './fields.ts';

/**
 * What is wrong with one field, in our words, or nothing. `valid` is the browser's own verdict (native constraint
 * validation): it decides for dates, numbers and the like, but not for the address, where it takes `a@b` for one.
 */
export function check({ path, label, required }: Field, values: string[], valid: boolean, messages: Messages): string {
  const value = values.join('').trim();
  if (required && !value) return path === 'consent' ? messages.agree : say(messages.missing, label);
  if (path !== 'email') return valid ? '' : say(messages.wrong, label);
  const deliverable = new RegExp(EMAIL_PATTERN).test(value) && value.indexOf('@') <= EMAIL_LOCAL_LENGTH;
  return deliverable ? '' : messages.badEmail;
}
