import { type Receipt, receipt } from '../../../shared/contract/receipt.ts';
import { HELD_ID, STORED_KEY } from '../../../shared/contract/record-key.ts';

/** What somebody says of a row: where it is and, with a receipt, how it was stored. */
export type Claim = Pick<Receipt, 'key'> & Partial<Receipt>;

const WHAT =
  'Paste what POST /leads answered, the receipt alone, what the event lead-form:success carried, or the id of a lead like lead_1736177352123_abc123def.';

/** What the thanks of the form show as "Receipt: iauvsxnl2". */
const ENDING = /^(?:receipt:\s*)?([a-z0-9]{9})$/i;

const isKey = (key: string) => STORED_KEY.test(key) || HELD_ID.test(key);
const keyOf = (id: string) => (id.startsWith('lead_') ? `lead:${id}` : id);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a receipt as people paste it: alone, within a whole reply, or only the id of a lead.
 * @returns what is to be verified, or the end of a lead's id, by which it can be searched, or a sentence that says what to paste
 */
export function readClaim(pasted: string): { claim: Claim } | { ending: string } | { error: string } {
  const text = pasted.trim();
  if (text === '') return { error: WHAT };
  const id = keyOf(text.replace(/^["']|["',]+$/g, ''));
  if (isKey(id)) return { claim: { key: id } };
  const ending = ENDING.exec(text)?.[1]?.toLowerCase();
  if (ending) return { ending };
  const json = parse(text);
  if (typeof json !== 'object' || json === null) {
    return { error: /^[{[]/.test(text) ? `This is not whole: it must be JSON from { to }. ${WHAT}` : WHAT };
  }
  const reply = json as { receipt?: unknown; leadId?: unknown; heldId?: unknown };
  const found = receipt.safeParse(reply.receipt ?? json);
  if (!found.success) {
    const field = found.error.issues[0]?.path.join('.');
    return { error: `This is no receipt: ${field ? `${field} is missing or wrong` : 'it is something else'}. ${WHAT}` };
  }
  const { key } = found.data;
  if (!isKey(key)) return { error: 'The key of this receipt is none of a record.' };
  const named = reply.leadId ?? reply.heldId;
  if (typeof named === 'string' && keyOf(named) !== key) {
    return { error: 'The id beside this receipt is of another lead: two replies were mixed up.' };
  }
  return { claim: found.data };
}
