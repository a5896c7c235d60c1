import type { Lead } from '../../shared/contract/lead.ts';
import { fieldLabel, readable } from '../records/words/field-words.ts';
import { sourceWords } from '../records/words/lead-words.ts';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { SafeLink } from '../ui/content/SafeLink.tsx';
import { safeHref } from '../ui/content/safe-href.ts';
import { Time } from '../ui/content/Time.tsx';

/** Shown above by themselves. */
const ELSEWHERE = new Set(['name', 'email', 'phone', 'status', 'message', 'notes', 'seed']);
const FIRST = [
  'source',
  'assignedTo',
  'interests',
  'budget',
  'roomType',
  'page',
  'referrer',
  'utm',
  'consent',
  'fields',
];

function shownValue(name: string, value: unknown) {
  if (name === 'createdAt' || name === 'updatedAt') return <Time iso={typeof value === 'string' ? value : null} />;
  if (name === 'source') return typeof value === 'string' ? sourceWords(value).label : readable(value);
  const href = name === 'page' || name === 'referrer' ? safeHref(String(value)) : null;
  if (href) return <SafeLink href={href}>{String(value)}</SafeLink>;
  return (
    <span class="prewrap" dir="auto">
      {readable(value)}
    </span>
  );
}

/** Every other field that the row carries, known or not: nothing stored is left out. */
export function LeadFields({ lead }: { lead: Lead }) {
  const rest = Object.keys(lead).filter((name) => !ELSEWHERE.has(name) && !FIRST.includes(name));
  const names = [...FIRST.filter((name) => lead[name] !== undefined && lead[name] !== null), ...rest];
  return <KeyValue rows={names.map((name) => ({ label: fieldLabel(name), value: shownValue(name, lead[name]) }))} />;
}
