import type { Receipt } from '../shared/contract/receipt.ts';

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
