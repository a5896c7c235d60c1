import type { IconName } from '../../ui/icons/icons.ts';
import type { Tone } from '../../ui/messages/tone.ts';

/** How a stored status reads. */
export interface Words {
  label: string;
  tone: Tone;
  icon: IconName;
}

/** A row without a status. */
export const NO_STATUS: Words = { label: 'No status', tone: 'neutral', icon: 'info' };

/**
 * Finds how a stored value reads. Rows of older installs say what they like: their words are shown as they are.
 * @param none how a row without one reads
 */
export const wordsOf =
  <W extends { label: string }>(all: Record<string, W>, none: W) =>
  (stored: string | null | undefined): W =>
    (Object.hasOwn(all, stored ?? '') && all[stored ?? '']) || { ...none, label: stored || none.label };
