import type { Receipt } from '../shared/contract/receipt.ts';
import { type Messages, say } from './english.ts';
import type { Field } from './settings.ts';

/** Stored (with the lead's id) or held for review, either way with proof. */
export interface Accepted {
  leadId?: string;
  receipt: Receipt;
}

/** Why it was not accepted: a code of the contract, or one of ours when no proper reply came. */
export interface Refused {
  code: string;
  /** The server's sentence, when it sent one. */
  message?: string;
  fields?: Record<string, string>;
  retryAfter?: number;
}

export type Outcome = Accepted | Refused;

const isReceipt = (receipt: Receipt | undefined): boolean =>
  !!receipt &&
  !!receipt.key &&
  /^[0-9a-f]{64}$/.test(receipt.digest) &&
  Date.parse(receipt.storedAt) > 0 &&
  /^\d+$/.test(receipt.transactionId);

/**
 * Reads an answer of `POST /leads`. Only a well-formed receipt of the promised lead counts as success: a captive portal's
 * or a proxy's 200 must not thank anybody. zod would say the same in 25 kB more.
 */
export function readReply(status: number, text: string): Outcome {
  try {
    const { success, leadId, held, heldId, receipt, error } = JSON.parse(text);
    if (success === true && isReceipt(receipt)) {
      // 200 is what a retry of either gets: stored, or held, the first time.
      if (held === true && heldId && (status === 202 || status === 200)) return { receipt };
      const isStored = !held && (status === 201 || status === 200) && receipt.key === `lead:${leadId}`;
      if (isStored && /^lead_\d{1,15}_[a-z0-9]{1,12}$/.test(leadId)) return { leadId, receipt };
    }
    if (status >= 400 && success === false && error.code) return error;
  } catch {
    // Not JSON, or not an object: an error page of something in between.
  }
  return { code: 'bad_reply' };
}

const TIMEOUT = 20_000;

/**
 * Posts one submission and says what became of it; never throws. A body of text goes as `text/plain`, which is a
 * simple request, so there is no preflight, and `keepalive` lets it finish when the visitor leaves the page (browsers allow it 64 KiB in all).
 */
export async function send(url: string, body: string): Promise<Outcome> {
  const controller = window.AbortController && new AbortController();
  let code = navigator.onLine === false ? 'offline' : 'unreachable';
  const timer = setTimeout(() => {
    code = 'timeout';
    if (controller) controller.abort();
  }, TIMEOUT);
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    if (event.blockedURI && url.startsWith(event.blockedURI)) code = 'blocked';
  };
  document.addEventListener('securitypolicyviolation', onViolation);
  try {
    const response = await fetch(url, {
      method: 'POST',
      credentials: 'omit',
      body,
      keepalive: body.length < 20_000,
      signal: controller ? controller.signal : null,
    });
    return readReply(response.status, await response.text());
  } catch {
    // fetch rejects before the policy's report event is dispatched, so give that event its turn.
    await new Promise((done) => setTimeout(done, 50));
    return { code };
  } finally {
    clearTimeout(timer);
    document.removeEventListener('securitypolicyviolation', onViolation);
  }
}

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
    const owner = fields.find(({ path }) => `${spot}.`.startsWith(`${path}.`));
    placed[owner ? owner.path : spot] = errors[spot] as string;
  }
  return placed;
}
