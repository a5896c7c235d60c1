import { readable } from '../field-words.ts';

/** The lines of an address, as a label has them, in the order people write them. */
export const ADDRESS_LINES = ['recipient', 'line1', 'line2', 'postcode', 'city', 'state', 'country'] as const;

type Lines = Record<(typeof ADDRESS_LINES)[number], string>;

export interface AddressDraft extends Lines {
  /** Whether the row holds one text instead of lines: it is replaced as a whole, since nothing can be merged into it. */
  isText: boolean;
}

/** A stored address as texts to edit. One text of an older install becomes the first line. */
export function addressDraft(stored: unknown): AddressDraft {
  const isText = typeof stored === 'string';
  const lines: Record<string, unknown> =
    typeof stored === 'object' && stored !== null ? { ...stored } : { line1: stored };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { ...(Object.fromEntries(ADDRESS_LINES.map((line) => [line, text(lines[line])])) as Lines), isText };
}

/** Lines that differ, for a merge; undefined when none does. */
export function changedLines(draft: AddressDraft, begun: AddressDraft): Partial<Lines> | undefined {
  const changed = ADDRESS_LINES.filter((line) => draft[line].trim() !== begun[line].trim());
  if (changed.length > 0 && begun.isText) return filledLines(draft);
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map((line) => [line, draft[line].trim()]));
}

/** Lines that say something, for a record that is new. */
export const filledLines = (draft: AddressDraft): Partial<Lines> =>
  Object.fromEntries(ADDRESS_LINES.filter((line) => draft[line].trim() !== '').map((line) => [line, draft[line]]));

const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

/** A stored address as a label has it, one line below the other; what an older install wrote is shown as it is. */
export function addressText(stored: unknown): string {
  if (typeof stored !== 'object' || stored === null) return readable(stored);
  const { recipient, line1, line2, postcode, city, state, country, ...rest } = stored as Record<string, unknown>;
  const place = [text(postcode), text(city)].filter(Boolean).join(' ');
  const others = Object.keys(rest).length > 0 ? readable(rest) : '';
  return [text(recipient), text(line1), text(line2), place, text(state), text(country), others]
    .filter(Boolean)
    .join('\n');
}
