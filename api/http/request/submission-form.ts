import { DECOY } from '../../../shared/contract/limits.ts';
import { ApiError } from '../../errors.ts';
import { decodeText } from './body.ts';

export const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'] as const;

const TEXTS = [
  'email',
  'name',
  'phone',
  'message',
  'budget',
  'roomType',
  'source',
  'page',
  'referrer',
  'locale',
  'submissionId',
  DECOY,
];

/** @throws ApiError invalid_request when percent signs hide bytes that are no UTF-8: they would be stored as replacement characters */
function checkEscapes(source: string): void {
  try {
    decodeURIComponent(source.replace(/%(?![\da-f]{2})/gi, '%25'));
  } catch (error) {
    const message = 'The form is not sent as UTF-8. Add accept-charset="utf-8" to it.';
    throw new ApiError('invalid_request', message, { cause: error, reason: 'body_invalid' });
  }
}

async function entries(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<[string, string][]> {
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const source = decodeText(body);
    checkEscapes(source);
    return [...new URLSearchParams(source)];
  }
  let form: FormData;
  try {
    form = await new Response(body, { headers: { 'Content-Type': contentType } }).formData();
  } catch (error) {
    throw new ApiError('invalid_request', 'The form data could not be read. Send it again.', {
      cause: error,
      reason: 'body_invalid',
    });
  }
  const texts = [...form].map(([name, value]): [string, string] => {
    if (typeof value !== 'string')
      throw new ApiError('invalid_request', 'Files cannot be sent with this form.', { reason: 'fields_invalid' });
    return [name, value];
  });
  decodeText(body);
  return texts;
}

/**
 * Reads a plain form post into the shape of a JSON capture: our names become fields of the lead, `utm_*` its campaign,
 * `consent` with `consentText` its consent, and every other name a field of the site owner's own.
 * @param contentType the whole header, with the boundary
 * @throws ApiError invalid_request
 */
export async function readForm(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Record<string, unknown>> {
  const submission: Record<string, unknown> = {};
  const interests: string[] = [];
  const own = new Map<string, string>();
  const utm = new Map<string, string>();
  const seen = new Set<string>();
  let consentText = '';
  let consented = false;
  for (const [name, value] of await entries(body, contentType)) {
    if (value === '') continue;
    const isOnce = TEXTS.includes(name) || name === 'consentText';
    if (isOnce && seen.has(name))
      throw new ApiError('invalid_request', `${name}: Give this field once.`, { reason: 'fields_invalid' });
    seen.add(name);
    if (TEXTS.includes(name)) submission[name] = value;
    else if (name === 'interests') interests.push(value);
    else if (name === 'consent') consented = true;
    else if (name === 'consentText') consentText = value;
    else if (name.startsWith('utm_')) utm.set(name.slice(4), value);
    // A group of boxes posts one entry for each that is ticked.
    else own.set(name, own.has(name) ? `${own.get(name)}, ${value}` : value);
  }
  // An object loses this one name without a word.
  if (own.has('__proto__') || utm.has('__proto__')) {
    throw new ApiError('invalid_request', 'A field cannot be named __proto__. Give it another name.', {
      reason: 'fields_invalid',
    });
  }
  if (consented && consentText === '') {
    throw new ApiError('invalid_request', 'consentText: Send the words that the visitor agreed to.', {
      reason: 'fields_invalid',
    });
  }
  if (interests.length > 0) submission.interests = interests;
  if (consentText !== '') submission.consent = { given: consented, text: consentText };
  if (utm.size > 0) submission.utm = Object.fromEntries(utm);
  if (own.size > 0) submission.fields = Object.fromEntries(own);
  return submission;
}
