import type { Change } from '../../../shared/contract/changes.ts';
import { ROW_LOG_LIMIT } from '../../../shared/contract/limits.ts';
import { isOlder } from '../../platform/workspace/live.ts';

type Fields = Record<string, unknown>;
const isPlain = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of a stored object's fields; zod lets no `__proto__` into an object that it knows, so a screen may lack that one. */
const namesIn = (stored: Fields, shown: Fields): string[] =>
  Object.keys(stored).filter((name) => name !== '__proto__' || Object.hasOwn(shown, name));

/** Whether what is shown is what is stored, as JSON values; the order of an object's fields says nothing. */
export function isSame(shown: unknown, stored: unknown): boolean {
  if (Object.is(shown, stored)) return true;
  if (Array.isArray(shown) && Array.isArray(stored)) {
    return shown.length === stored.length && shown.every((value, at) => isSame(value, stored[at]));
  }
  if (!isPlain(shown) || !isPlain(stored)) return false;
  const names = namesIn(stored, shown);
  return (
    names.length === Object.keys(shown).length &&
    names.every((name) => Object.hasOwn(shown, name) && isSame(shown[name], stored[name]))
  );
}

/** The value of a stored text. What is no JSON equals no record. */
export function storedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Names of the fields that differ; a value that is no object counts as one field, as in the change log. */
export function differingFields(shown: unknown, stored: unknown): string[] {
  const [left = {}, right = {}] = [shown, stored].map((side): Fields => (isPlain(side) ? side : { value: side }));
  const names = new Set([...Object.keys(left), ...namesIn(right, left)]);
  return [...names].filter((name) => !isSame(left[name], right[name]));
}

interface Question {
  /** What the screen has, and what is stored; undefined when nothing is. */
  shown: unknown;
  stored: unknown;
  /** What the change log says of the row, newest first. */
  log: readonly Change[];
  /** Up to where this view has heard of every change when it had the row; null when that is not known. */
  heardUpTo: string | null;
}

/**
 * Whether the change log tells why a row is not what the screen has. If it does, somebody has just written and the screen
 * follows; if it does not, the row was changed past the log. Of each field only the latest entry counts: an older one is no
 * reason for the value of now. Nor is one that this view had heard of: a screen that did not follow it is wrong.
 */
export function isExplained({ shown, stored, log, heardUpTo }: Question): boolean {
  const isNews = ({ cursor }: Change) => heardUpTo === null || isOlder(heardUpTo, cursor);
  // More was written since than the log is asked for: what explains it may be among that.
  if (log.length >= ROW_LOG_LIMIT && log.every(isNews)) return true;
  const [last] = log;
  if (stored === undefined) return last?.operation === 'delete' && isNews(last);
  const created = log.findIndex(({ operation }) => operation === 'insert');
  const birth = log[created];
  if (birth && isNews(birth)) return true;
  const writes = created === -1 ? log : log.slice(0, created);
  return differingFields(shown, stored).every((name) => {
    const latest = writes.find(({ fields }) => Object.hasOwn(fields, name));
    const value = isPlain(stored) ? stored[name] : stored;
    return latest !== undefined && isNews(latest) && isSame(latest.fields[name]?.to, value);
  });
}
