import type { CaptureRequest } from '../shared/contract/capture.ts';
import { DECOY, EMAIL_LOCAL_LENGTH, EMAIL_PATTERN, SOURCES } from '../shared/contract/limits.ts';
import type { Attribution } from './attribution.ts';
import { type Messages, say } from './english.ts';
import { type Field, split } from './settings.ts';

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

/** A version 4 UUID. Not `crypto.randomUUID`, which browsers keep from pages served over plain http. */
export const newSubmissionId = (): string =>
  'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () =>
    ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & 15).toString(16),
  );

/**
 * The request `POST /leads` takes. Empty fields are left out.
 * @param get every value of the controls of that name
 */
export function writeSubmission(
  fields: Field[],
  get: (name: string) => string[],
  source: string,
  attribution: Attribution,
  submissionId: string,
): CaptureRequest {
  const body: Record<string, unknown> = {};
  const own: Record<string, string> = {};
  for (const { path, choices } of fields) {
    const values = get(path).filter((value) => value.trim());
    const [value] = values;
    if (!value) continue;
    if (path === 'interests') body[path] = choices[0] ? values : split(value, ',');
    else if (path === 'consent') body[path] = { given: true, text: value };
    else if (/^fields\./.test(path)) own[path.slice(7)] = values.join(', ');
    else body[path] = value;
  }
  if (Object.keys(own)[0]) body.fields = own;
  // Filled by robots only. The API keeps such a submission for review, so it is told, not spared.
  const [decoy] = get(DECOY);
  if (decoy) body[DECOY] = decoy;
  // The API refuses an unknown source, and a typo in a page must not cost it leads: the API's default stands in.
  if ((SOURCES as readonly string[]).includes(source)) body.source = source;
  return Object.assign(body, attribution, { submissionId }) as unknown as CaptureRequest;
}
