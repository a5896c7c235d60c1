import {
  CHOICE_LENGTH,
  CONSENT_LENGTH,
  EMAIL_LENGTH,
  FIELD_LENGTH,
  FIELD_NAME_LENGTH,
  MESSAGE_LENGTH,
  NAME_LENGTH,
  PHONE_LENGTH,
} from '../shared/contract/limits.ts';
import { clip } from './attribution.ts';
import { english, type Messages } from './english.ts';

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

/** One thing the form asks for. */
export interface Field {
  /** Where its value stands in the request, and its control's name: `email`, or `fields.Company` for an own field. */
  path: string;
  label: string;
  /** `textarea`, or a one-line input type. With choices: `checkbox` and `radio` as they are, anything else a select. */
  type: string;
  required: boolean;
  choices: string[];
  max: number;
  autocomplete?: string | undefined;
  /** What it holds at first. */
  value?: string;
}

/** Type, longest value, autofill token (WCAG 1.3.5) and the setting with the choices, of the fields that the API knows. */
const KNOWN: Record<string, [type: string, max: number, autocomplete?: string | undefined, choices?: keyof Texts]> = {
  name: ['text', NAME_LENGTH, 'name'],
  email: ['email', EMAIL_LENGTH, 'email'],
  phone: ['tel', PHONE_LENGTH, 'tel'],
  message: ['textarea', MESSAGE_LENGTH],
  budget: ['text', CHOICE_LENGTH, undefined, 'budgets'],
  roomType: ['text', CHOICE_LENGTH, undefined, 'roomTypes'],
  interests: ['checkbox', FIELD_LENGTH, undefined, 'interests'],
};

/** `"a | b"` → `['a', 'b']`; nothing for nothing. */
export const split = (list: string | null | undefined, separator: string | RegExp): string[] =>
  (list || '')
    .split(separator)
    .map((item) => item.trim())
    .filter(Boolean);

/** A field of the site owner's own, sent under `fields`. A password or a file has no place in a lead. */
export const ownField = (name: string, label: string, type: string, required: boolean, choices: string[]): Field => ({
  path: `fields.${name.slice(0, FIELD_NAME_LENGTH)}`,
  label,
  type: /file|password/.test(type) ? 'text' : type,
  required,
  choices,
  max: FIELD_LENGTH,
});

/**
 * Reads the `fields` attribute: names separated by spaces or commas, `*` after a name makes it required. `email` is always
 * there and always required, because the API demands it. A name the API does not know becomes an own field.
 */
export function listFields(texts: Texts, messages: Messages): Field[] {
  const names = split(texts.fields || 'name email phone message', /[\s,]+/);
  if (!names.some((name) => /^email\*?$/.test(name))) names.unshift('email');
  return names.map((entry) => {
    const name = entry.replace('*', '');
    const required = name !== entry || name === 'email';
    // Not every name: `constructor` is in every object, and `receipt` is a message but no field.
    const known = Object.keys(KNOWN).includes(name) && KNOWN[name];
    if (!known) return ownField(name, name, 'text', required, []);
    const label = messages[name as 'name'];
    const [type, max, autocomplete, choices] = known;
    return { path: name, label, type, required, choices: split(choices && texts[choices], '|'), max, autocomplete };
  });
}

/** Reads `custom-fields`: `"Company*; How did you hear of us?: Search | Friend"`. The label is also the stored name. */
export const listCustomFields = (list: string | null): Field[] =>
  split(list, ';').map((entry) => {
    const [, title = '', star, choices] = /^(.*?)\s*(\*?)\s*(?::([^:]*))?$/.exec(entry) || [];
    return ownField(title, title, 'text', !!star, split(choices, '|'));
  });

/** Reads one `<lead-field name label type value required options>` child: an inert element that only declares. */
function readField(element: Element, messages: Messages): Field {
  const get = (name: string) => element.getAttribute(name) || '';
  const name = get('name') || get('label');
  const type = get('type') || 'text';
  const choices = split(get('options') || (type === 'checkbox' ? messages.yes : ''), '|');
  const field = ownField(name, get('label') || name, type, element.hasAttribute('required'), choices);
  field.value = get('value');
  return field;
}

/** What the visitor must agree to: a box of its own, whose value is the very text it shows. */
export const consentField = (text: string): Field => ({
  path: 'consent',
  label: '',
  type: 'checkbox',
  required: true,
  choices: [text],
  max: 0,
});

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
