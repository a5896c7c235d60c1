import type { IconName } from '../ui/icons/icons.ts';
import type { Tone } from '../ui/messages/Badge.tsx';

/** How a stored status reads. */
export interface Words {
  label: string;
  tone: Tone;
  icon: IconName;
}

/** A row without a status. */
const NO_STATUS: Words = { label: 'No status', tone: 'neutral', icon: 'info' };

/**
 * Finds how a stored value reads. Rows of older installs say what they like: their words are shown as they are.
 * @param none how a row without one reads
 */
const wordsOf =
  <W extends { label: string }>(all: Record<string, W>, none: W) =>
  (stored: string | null | undefined): W =>
    (Object.hasOwn(all, stored ?? '') && all[stored ?? '']) || { ...none, label: stored || none.label };

type SourceWords = Omit<Words, 'tone'>;

/** How each status reads. The order is the way a lead goes. */
export const STATUS_WORDS: Record<string, Words> = {
  new: { label: 'New', tone: 'accent', icon: 'circle' },
  contacted: { label: 'Contacted', tone: 'info', icon: 'mail' },
  qualified: { label: 'Qualified', tone: 'warning', icon: 'flag' },
  converted: { label: 'Converted', tone: 'good', icon: 'circleCheck' },
  lost: { label: 'Lost', tone: 'neutral', icon: 'circleX' },
};

export const SOURCE_WORDS: Record<string, SourceWords> = {
  'website-form': { label: 'Website form', icon: 'globe' },
  chatbot: { label: 'Chatbot', icon: 'chat' },
  consultation: { label: 'Consultation', icon: 'calendar' },
  questionnaire: { label: 'Questionnaire', icon: 'list' },
  newsletter: { label: 'Newsletter', icon: 'newspaper' },
};

/** How a lead's status reads, a known one or not. */
export const statusWords = wordsOf(STATUS_WORDS, NO_STATUS);
/** How a lead's source reads, a known one or not. */
export const sourceWords = wordsOf<SourceWords>(SOURCE_WORDS, { label: 'Unknown source', icon: 'info' });

export const ACCOUNT_WORDS: Record<string, Words> = {
  active: { label: 'Active', tone: 'good', icon: 'circleCheck' },
  inactive: { label: 'Inactive', tone: 'neutral', icon: 'circle' },
  suspended: { label: 'Suspended', tone: 'danger', icon: 'circleX' },
};

/** How each status of an order reads. The order is the way a parcel goes; the last two end it early. */
export const ORDER_WORDS: Record<string, Words & { step: string }> = {
  'pending-payment': { label: 'Pending payment', step: 'Wait for payment', tone: 'warning', icon: 'clock' },
  processing: { label: 'Processing', step: 'Start processing', tone: 'accent', icon: 'refresh' },
  'ready-to-ship': { label: 'Ready to ship', step: 'Mark ready to ship', tone: 'accent', icon: 'bag' },
  'in-transit': { label: 'In transit', step: 'Mark in transit', tone: 'info', icon: 'truck' },
  arriving: { label: 'Arriving', step: 'Mark arriving', tone: 'info', icon: 'truck' },
  'out-for-delivery': { label: 'Out for delivery', step: 'Mark out for delivery', tone: 'info', icon: 'truck' },
  delivered: { label: 'Delivered', step: 'Mark delivered', tone: 'good', icon: 'circleCheck' },
  cancelled: { label: 'Cancelled', step: 'Cancel order', tone: 'neutral', icon: 'circleX' },
  refunded: { label: 'Refunded', step: 'Refund', tone: 'neutral', icon: 'undo' },
};

export const PAYMENT_WORDS: Record<string, string> = {
  pending: 'Pending',
  paid: 'Paid',
  failed: 'Failed',
  refunded: 'Refunded',
};

export const accountWords = wordsOf(ACCOUNT_WORDS, NO_STATUS);
export const orderWords = wordsOf<Words>(ORDER_WORDS, NO_STATUS);
