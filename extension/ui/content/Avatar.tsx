import { Icon } from '../icons/Icon.tsx';

/** No grapheme that people write is longer (flags and families are 14); stacked marks are. */
const LONGEST = 20;
/** Enough of a word to hold its first grapheme. */
const LOOK = 64;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letter, figure or picture of a word, whole; '' where there is none. */
function firstOf(word: string): string {
  for (const { segment } of graphemes.segment(word.slice(0, LOOK))) {
    if (!/[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(segment)) continue;
    return segment.length > LONGEST ? String.fromCodePoint(segment.codePointAt(0) ?? 0) : segment.toUpperCase();
  }
  return '';
}

/** One or two letters that stand for a name or an address; '' for a name without any letter. */
export function initialsOf(name: string): string {
  const start = name.slice(0, 1000).trim();
  const words = (start.includes('@') ? (start.split('@')[0] ?? '').split(/[._+-]+/) : start.split(/\s+/))
    .map(firstOf)
    .filter(Boolean);
  const [first = ''] = words;
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(first) && !/^\d/.test(first)) return first;
  // Without it two Arabic letters would join into one shape.
  const apart = /\p{Script=Arabic}/u.test(first) ? '\u200c' : '';
  return last ? `${first}${apart}${last}` : first;
}

/** A hue, in degrees, that stays with a name. It helps the eye to find a row again and means nothing. */
export function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name.slice(0, 100)) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % 12) * 30;
}

/** A name's initials in a circle. Screen readers skip it: the name stands beside it. */
export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" style={{ '--hue': hueOf(name) }} aria-hidden="true">
      {initialsOf(name) || <Icon name="user" />}
    </span>
  );
}
