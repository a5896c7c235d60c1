import { readable } from '../words/field-words.ts';

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
