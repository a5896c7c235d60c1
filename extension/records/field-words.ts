import { countOf, formatNumber } from '../ui/content/number-format.ts';

/** Names of fields as people read them, of leads, users and orders alike. */
const FIELD_LABELS: Record<string, string> = {
  name: 'Name',
  email: 'Email',
  phone: 'Phone',
  source: 'Source',
  status: 'Status',
  interests: 'Interests',
  budget: 'Budget',
  roomType: 'Room type',
  message: 'Message',
  notes: 'Notes',
  assignedTo: 'Assigned to',
  page: 'Page',
  referrer: 'Came from',
  utm: 'Campaign',
  locale: 'Language',
  consent: 'Consent',
  fields: 'Own fields',
  convertedToUserId: 'Converted to',
  createdAt: 'Received',
  updatedAt: 'Last change',
  seed: 'Demo data',
  address: 'Address',
  preferences: 'Preferences',
  accountStatus: 'Account',
  signupDate: 'Signed up',
  lastLogin: 'Last login',
  totalOrders: 'Orders',
  totalSpent: 'Spent',
  loyaltyPoints: 'Loyalty points',
  tags: 'Tags',
  orderNumber: 'Number',
  userId: 'Customer',
  items: 'Items',
  subtotal: 'Subtotal',
  tax: 'Tax',
  shipping: 'Shipping',
  discount: 'Discount',
  total: 'Total',
  completed: 'Completed',
  paymentMethod: 'Payment method',
  paymentStatus: 'Payment status',
  shippingAddress: 'Shipping address',
  trackingNumber: 'Tracking number',
  timeline: 'Timeline',
  recipient: 'Recipient',
  line1: 'Street',
  line2: 'Second line',
  postcode: 'Postcode',
  city: 'City',
  state: 'State',
  country: 'Country',
};

export const fieldLabel = (name: string): string => (Object.hasOwn(FIELD_LABELS, name) && FIELD_LABELS[name]) || name;

/** Any stored value as text for people. */
export function readable(value: unknown): string {
  if (value === undefined || value === null || value === '') return '—';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.map(readable).join(', ');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, inner]) => `${name}: ${readable(inner)}`)
      .join('\n');
  }
  return String(value);
}

/** Longer texts are cut before the browser lays them out: one of 10,000 characters must cost no more than the others. */
const SHOWN = 200;

/** What of a text stands in a row, a button or a question. */
export const shown = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

const ACTORS: Record<string, string> = {
  form: 'the form',
  'key:admin': 'somebody with the admin key',
  'key:viewer': 'somebody with the viewer key',
};

/** Who wrote something, as the change log and the timeline of an order name them. */
export const whoIs = (actor: string): string =>
  (Object.hasOwn(ACTORS, actor) && ACTORS[actor]) || actor.replace(/^user:/, '');

/** Why a viewer may not: rows as text are for those who may change them. */
export const NEEDS_ADMIN = 'Reading rows as they are stored needs the role admin.';

/** What a check has compared: `12 rows compared`, or where not every row stands on the screen, `22 of 20,014 rows compared`. */
export const comparedOf = ({ rows, stored }: { rows: number; stored: number | null }): string =>
  stored === null || rows >= stored
    ? `${countOf(rows, 'row')} compared`
    : `${formatNumber(rows)} of ${countOf(stored, 'row')} compared`;
