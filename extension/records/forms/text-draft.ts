import type { Draft } from '../../platform/browser/storage.ts';

/** The part of a text that stands in neither end of another: what somebody typed into it. */
export function draftOf(stored: string, text: string, startedFrom: string | null): Draft {
  const shorter = Math.min(stored.length, text.length);
  let keptBefore = 0;
  while (keptBefore < shorter && stored[keptBefore] === text[keptBefore]) keptBefore += 1;
  let keptAfter = 0;
  while (keptAfter < shorter - keptBefore && stored.at(-1 - keptAfter) === text.at(-1 - keptAfter)) keptAfter += 1;
  return { inserted: text.slice(keptBefore, text.length - keptAfter), keptBefore, keptAfter, startedFrom };
}

/** The text that a draft was taken from; on another note than that, only what the user typed. */
export function textOf(
  { inserted, keptBefore, keptAfter, startedFrom }: Draft,
  stored: string,
  version: string | null,
) {
  if (startedFrom !== version) return inserted;
  return stored.slice(0, keptBefore) + inserted + stored.slice(stored.length - keptAfter);
}
