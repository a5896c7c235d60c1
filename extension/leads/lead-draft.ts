import { type Checked, check } from '../../shared/contract/checked.ts';
import { type Lead, type LeadPatch, leadPatch } from '../../shared/contract/lead.ts';

/** What of a lead is edited in one form; status and notes have places of their own. */
export const LEAD_FIELDS = ['name', 'email', 'phone', 'assignedTo', 'budget', 'roomType'] as const;

/** A lead as somebody edits it. */
export type LeadDraft = Record<(typeof LEAD_FIELDS)[number], string>;

/** The lead as texts to edit. */
export const leadDraft = (lead: Lead): LeadDraft =>
  Object.fromEntries(LEAD_FIELDS.map((name) => [name, lead[name] ?? ''])) as LeadDraft;

/** Only what was changed; null when nothing was. */
export function leadChangesOf(draft: LeadDraft, begun: LeadDraft): Checked<LeadPatch> | null {
  const changed = LEAD_FIELDS.filter((name) => draft[name] !== begun[name]);
  if (changed.length === 0) return null;
  return check<LeadPatch>(leadPatch, Object.fromEntries(changed.map((name) => [name, draft[name]])));
}
