const EXCERPT = 160;
const SHARED = 40;

interface Parted {
  /** The end of what both share. */
  before: string;
  /** What follows in this one alone. */
  marked: string;
  /** Whether the text goes on after it. */
  isCut: boolean;
}

/** Where a text parts from another. */
export function parted(text: string, other: string): Parted {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  const from = Math.max(0, at - SHARED);
  return {
    before: `${from > 0 ? '…' : ''}${text.slice(from, at)}`,
    marked: text.slice(at, at + EXCERPT),
    isCut: at + EXCERPT < text.length,
  };
}
