import { CONSENT_LENGTH } from '../shared/contract/limits.ts';
import { clip } from './attribution.ts';
import { english, type Messages } from './english.ts';
import { consentField, type Field, listCustomFields, listFields, readField } from './fields.ts';

/** Every setting: a string attribute each (`submitLabel` is `submit-label`), and a property for frameworks that set those. */
export const SETTINGS = [
  'api',
  'budgets',
  'consent',
  'customFields',
  'fields',
  'heading',
  'interests',
  'locale',
  'messages',
  'redirect',
  'roomTypes',
  'source',
  'submitLabel',
  'successMessage',
  'theme',
] as const;

export type Texts = Record<(typeof SETTINGS)[number], string>;

/** `submitLabel` → `submit-label` */
export const attributeOf = (setting: string): string => setting.replace(/[A-Z]/g, '-$&').toLowerCase();

/** What the page asked for, read from the element at each rendering. */
export interface Settings {
  texts: Texts;
  api: string;
  fields: Field[];
  messages: Messages;
  /** The language of the words we say: ours are English until the page brings its own. */
  lang: string;
}

/** The nearest declared language, else the browser's. */
export function localeOf(element: Element): string {
  const declaring = element.closest('[lang]') || element;
  return element.getAttribute('locale') || declaring.getAttribute('lang') || navigator.language || '';
}

/** Reads attributes and `<lead-field>` children. */
export function readSettings(element: Element, base: string): Settings {
  const texts = {} as Texts;
  for (const name of SETTINGS) texts[name] = element.getAttribute(attributeOf(name)) || '';
  const messages = Object.assign({}, english);
  try {
    Object.assign(messages, JSON.parse(texts.messages || '{}'));
  } catch {
    // A typo in a page's JSON must not cost the page its form.
    console.warn('lead-form: messages is not JSON');
  }
  messages.submit = texts.submitLabel || messages.submit;
  messages.thanks = texts.successMessage || messages.thanks;
  const consent = clip(texts.consent.trim(), CONSENT_LENGTH);
  return {
    texts,
    api: (texts.api || base).replace(/\/+$/, ''),
    fields: listFields(texts, messages).concat(
      listCustomFields(texts.customFields),
      Array.from(element.querySelectorAll('lead-field'), (child) => readField(child, messages)),
      consent ? consentField(consent) : [],
    ),
    messages,
    lang: texts.messages ? localeOf(element) : 'en',
  };
}
