/**
 * Every limit of the contract, import-free: the widget ships these values to strangers' pages, so nothing else may come along.
 * Lengths count UTF-16 code units, as `maxlength` and `String.length` do.
 */
export const BODY_BYTES = 32_768;
export const BODY_SECONDS = 10;
export const JSON_DEPTH = 4;

export const EMAIL_LENGTH = 254;
export const EMAIL_LOCAL_LENGTH = 64;
export const NAME_LENGTH = 200;
export const PHONE_LENGTH = 40;
export const MESSAGE_LENGTH = 5_000;
export const CHOICE_LENGTH = 100;
export const INTERESTS = 20;
export const NOTES_LENGTH = 10_000;
export const URL_LENGTH = 2_000;
export const LOCALE_LENGTH = 35;
export const CONSENT_LENGTH = 2_000;
export const FIELDS = 50;
export const FIELD_NAME_LENGTH = 60;
export const FIELD_LENGTH = 1_000;
export const UTM_PARAMETERS = 10;
export const UTM_NAME_LENGTH = 30;
export const UTM_LENGTH = 200;
export const SEARCH_LENGTH = 200;

export const PAGE_DEFAULT = 50;
export const PAGE_LIMIT = 200;
/** Rows that one question may name by their keys. */
export const KEYS_LIMIT = 200;
/** Entries of the change log that come with one stored row. */
export const ROW_LOG_LIMIT = 50;

/** More links than this in one message look like spam: the submission is held for review, never refused. */
export const LINKS_BEFORE_HELD = 5;

/**
 * A deliverable address as OWASP's input validation cheat sheet bounds it: one @, no double quotes, brackets, spaces or
 * characters that nobody sees, and a dotted domain of letters, digits and hyphens in any script. The apostrophe stays: people
 * are called O'Brien. Works without a flag and with `u` or `v`, so it also serves as an HTML `pattern`.
 */
export const EMAIL_PATTERN =
  '^[^\\s\\x00-\\x1f\\x7f-\\x9f@"`<>\\(\\)\\[\\]\\\\,;:\\u200b-\\u206f]+@(?:[^\\s\\x00-,\\x2e\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x9f\\u200b-\\u206f]+\\.)+[^\\s\\x00-,\\x2e\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x9f\\u200b-\\u206f]{2,}$';

export const SOURCES = ['website-form', 'chatbot', 'consultation', 'questionnaire', 'newsletter'] as const;
export const STATUSES = ['new', 'contacted', 'qualified', 'converted', 'lost'] as const;

/** The form field no person sees. The name says nothing that autofill knows (`company`, `zip` and the like get filled). */
export const DECOY = 'lf_extra';

/** The steps of an order, in their order; the last two end it early. */
export const ORDER_STATUSES = [
  'pending-payment',
  'processing',
  'ready-to-ship',
  'in-transit',
  'arriving',
  'out-for-delivery',
  'delivered',
  'cancelled',
  'refunded',
] as const;
export const PAYMENT_STATUSES = ['pending', 'paid', 'failed', 'refunded'] as const;
export const ACCOUNT_STATUSES = ['active', 'inactive', 'suspended'] as const;

/** The largest amount, in units of the currency: its cents are exact in any number format. */
export const MONEY = 1_000_000_000;
export const ITEMS = 100;
export const QUANTITY = 10_000;
export const TAGS = 20;
export const PREFERENCES = 50;
