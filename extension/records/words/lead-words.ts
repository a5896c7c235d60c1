import { NO_STATUS, type Words, wordsOf } from './words-of.ts';

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
