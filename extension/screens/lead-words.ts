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
