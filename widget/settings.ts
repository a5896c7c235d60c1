import { CONSENT_LENGTH } from '../shared/limits.ts';
import { fit } from './attribution.ts';
import { english, type Messages } from './english.ts';
import { consentField, type Field, listCustomFields, listFields, readField, split } from './fields.ts';

/** Every attribute of the element. Each is a property too, in camel case, for frameworks that set properties. */
export const ATTRIBUTES = [
  'api',
  'budgets',
  'consent',
  'custom-fields',
  'fields',
  'heading',
  'interests',
  'locale',
  'messages',
  'redirect',
  'room-types',
  'source',
  'submit-label',
  'success-message',
  'theme',
];

/** Where the choices of a known field are. */
const CHOICES: Record<string, string> = { budget: 'budgets', roomType: 'room-types', interests: 'interests' };

/** What the page asked for, read from the element at each rendering. */
export interface Settings {
  api: string;
  fields: Field[];
  messages: Messages;
  heading: string;
  /** The language of the words we say: ours are English until the page brings its own. */
  lang: string;
  redirect: string;
  source: string;
  theme: string;
}

/** The nearest declared language, else the browser's. */
export function localeOf(element: Element): string {
  const declared = element.closest('[lang]');
  return element.getAttribute('locale') || (declared && declared.getAttribute('lang')) || navigator.language || '';
}

/** Reads attributes and `<lead-field>` children. */
export function readSettings(element: Element, base: string): Settings {
  const get = (name: string) => element.getAttribute(name) || '';
  const messages = Object.assign({}, english);
  try {
    Object.assign(messages, JSON.parse(get('messages') || '{}'));
  } catch {
    // A typo in a page's JSON must not cost the page its form.
    console.warn('lead-form: the messages attribute is not JSON.');
  }
  messages.submit = get('submit-label') || messages.submit;
  messages.thanks = get('success-message') || messages.thanks;
  const consent = fit(get('consent').trim(), CONSENT_LENGTH);
  return {
    api: (get('api') || base).replace(/\/+$/, ''),
    fields: listFields(get('fields'), (name) => split(get(CHOICES[name] || ''), '|'), messages).concat(
      listCustomFields(get('custom-fields')),
      Array.from(element.querySelectorAll('lead-field'), (child) => readField(child, messages)),
      consent ? consentField(consent) : [],
    ),
    messages,
    heading: get('heading'),
    lang: get('messages') ? localeOf(element) : 'en',
    redirect: get('redirect'),
    source: get('source'),
    theme: get('theme'),
  };
}
