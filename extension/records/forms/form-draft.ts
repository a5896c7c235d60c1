import type { Draft, LeftText } from '../../platform/browser/storage.ts';
import { draftOf, textOf } from './text-draft.ts';

/** What stands in a form before anybody typed, and what tells each of its parts from another. */
export interface Base<Form> {
  form: Form;
  /** Of the whole part that a text belongs to: all lines of an address, all items of an order. */
  version(path: string): string;
}

/** Tells one text from another without a word of it: FNV-1a, 32 bits, in hex. */
function fingerprintOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** The base that a form is: a part has the version of what stands in it, whoever wrote that. */
export const baseOf = <Form extends object>(form: Form): Base<Form> => ({
  form,
  version(path) {
    const part = Object.entries(form).find(([name]) => name === path.split('.')[0]);
    return fingerprintOf(JSON.stringify(part ?? null));
  },
});

/** The same form with each of its texts replaced; paths are like `address.city` and `items.0.name`. */
function mapTexts<Part>(part: Part, replace: (text: string, path: string) => string, path: string[] = []): Part {
  const inner = (name: string, value: unknown) => mapTexts(value, replace, [...path, name]);
  if (typeof part === 'string') return replace(part, path.join('.')) as Part;
  if (Array.isArray(part)) return part.map((value, at) => inner(String(at), value)) as Part;
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, inner(name, value)])) as Part;
}

/**
 * What somebody typed into a form, by the path of each text, without what stood there before: that is the CRM's.
 * @param base with as many lines as the form has
 */
export function typedInto<Form>(base: Base<Form>, form: Form): Record<string, Draft> {
  const before = new Map<string, string>();
  mapTexts(base.form, (text, path) => {
    before.set(path, text);
    return text;
  });
  const typed: Record<string, Draft> = {};
  mapTexts(form, (text, path) => {
    const stood = before.get(path) ?? '';
    if (text !== stood) typed[path] = draftOf(stood, text, base.version(path));
    return text;
  });
  return typed;
}

/** A letter or two within a word say nothing without it. */
const isWorthCopying = ({ inserted, keptBefore, keptAfter }: Draft) =>
  inserted.trim().length > (keptBefore + keptAfter > 0 ? 3 : 0);

/** Dots stand for what is not known any more. */
const excerpt = ({ inserted, keptBefore, keptAfter }: Draft) =>
  `${keptBefore > 0 ? '…' : ''}${inserted}${keptAfter > 0 ? '…' : ''}`;

/** The form that `typed` was taken from, and apart what was typed into texts that are others by now. */
export function withTyped<Form>(
  base: Base<Form>,
  typed: Record<string, Draft>,
): { form: Form; left: readonly LeftText[] } {
  const isSame = (path: string, { startedFrom }: Draft) => startedFrom === base.version(path);
  const form = mapTexts(base.form, (text, path) => {
    const draft = typed[path];
    return draft && isSame(path, draft) ? textOf(draft, text, draft.startedFrom) : text;
  });
  const left = Object.entries(typed)
    .filter(([path, draft]) => !isSame(path, draft) && isWorthCopying(draft))
    .map(([path, draft]) => ({ path, text: excerpt(draft) }));
  return { form, left };
}
