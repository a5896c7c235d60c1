import { NO_STATUS, type Words, wordsOf } from './words-of.ts';

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
