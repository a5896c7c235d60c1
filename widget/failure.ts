import { type Messages, say } from './english.ts';
import type { Field } from './fields.ts';
import type { Refused } from './reply.ts';

/** Sentences by the name of the control they belong to. */
export type FieldErrors = Record<string, string>;

/** What the visitor is told about a failure: our words for its code, else the server's own. */
export const describeFailure = ({ code, message, retryAfter }: Refused, messages: Messages): string =>
  say(
    messages[code as 'refused'] || messages[message ? 'refused' : 'bad_reply'],
    // Nearly every 503 has one too, but only the words for a limit have a place for it.
    code === 'rate_limited' ? retryAfter : message,
  );

/** The API names the exact spot (`interests.2`, `consent.text`); the visitor needs the control it is in. */
export function placeErrors(errors: FieldErrors, fields: Field[]): FieldErrors {
  const placed: FieldErrors = {};
  for (const spot of Object.keys(errors)) {
    const owner = fields.find(({ path }) => `${spot}.`.indexOf(`${path}.`) === 0);
    placed[owner ? owner.path : spot] = errors[spot] as string;
  }
  return placed;
}
