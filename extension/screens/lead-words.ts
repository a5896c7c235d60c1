import type { IconName } from '../components/icons.ts';

type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'danger' | 'info';

interface Words {
  label: string;
  tone: Tone;
  icon: IconName;
}

/** How each status reads. The order is the way a lead goes. */
export const STATUS_WORDS: Record<string, Words> = {
  new: { label: 'New', tone: 'accent', icon: 'circle' },
  contacted: { label: 'Contacted', tone: 'info', icon: 'mail' },
  qualified: { label: 'Qualified', tone: 'warning', icon: 'flag' },
  converted: { label: 'Converted', tone: 'good', icon: 'circleCheck' },
  lost: { label: 'Lost', tone: 'neutral', icon: 'circleX' },
};

export const SOURCE_WORDS: Record<string, { label: string; icon: IconName }> = {
  'website-form': { label: 'Website form', icon: 'globe' },
  chatbot: { label: 'Chatbot', icon: 'chat' },
  consultation: { label: 'Consultation', icon: 'calendar' },
  questionnaire: { label: 'Questionnaire', icon: 'list' },
  newsletter: { label: 'Newsletter', icon: 'newspaper' },
};

// Rows of older installs say what they like: their words are shown as they are.
export const statusWords = (status: string | null | undefined): Words =>
  (Object.hasOwn(STATUS_WORDS, status ?? '') && STATUS_WORDS[status ?? '']) || {
    label: status || 'No status',
    tone: 'neutral',
    icon: 'info',
  };

export const sourceWords = (source: string | null | undefined): { label: string; icon: IconName } =>
  (Object.hasOwn(SOURCE_WORDS, source ?? '') && SOURCE_WORDS[source ?? '']) || {
    label: source || 'Unknown source',
    icon: 'info',
  };

/** Names of fields as people read them. */
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
