import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import type { SyncFinding } from '../check/findings.ts';

/** A place that a lead passes, in a few words; `note` is what the last check found there. */
interface Stage {
  name: string;
  detail: string;
  note?: string;
}

/** The way from one place to the next, with what the last check found on it; null where nothing was checked. */
interface Arrow {
  action: string;
  figure: string | null;
  tone: 'good' | 'warning' | 'danger' | 'neutral';
}

/** What the last checks found. Each part is null until it was looked at. */
export interface FlowFacts {
  /** Whether the last check found all of it in order, and nothing was told of since: nothing else is green. */
  isFresh: boolean;
  report: SyncReport | null;
  /** Of the rows on the screen, against the text that is stored. Those that were being written are pending. */
  screen: { equal: number; differing: number; pending: number } | null;
  /** Of all that looked; those of whoever read the table from outside are about the way back. */
  findings: readonly SyncFinding[];
  /** From this view to the API and back, of the last answer. */
  latencyMs: number | null;
  /** Of the API. */
  host: string;
}

type Found = Omit<Arrow, 'action'>;

const NOT_CHECKED: Found = { figure: null, tone: 'neutral' };

function durability({ database: { durability, primary } }: SyncReport): Found {
  const off = Object.entries(durability).filter(([, value]) => value === 'off');
  if (off.length > 0) return { figure: `${off.map(([name]) => name).join(' and ')} off`, tone: 'warning' };
  if (!primary) return { figure: 'a replica answered', tone: 'warning' };
  return { figure: `fsync ${durability.fsync}, primary`, tone: 'good' };
}

/** The way back: what was found there from outside, the worst first. */
function reading({ screen, findings }: FlowFacts): Found {
  const faults = findings.filter(({ by }) => by !== 'report').length;
  const { equal, differing, pending } = screen ?? { equal: 0, differing: 0, pending: 0 };
  if (differing > 0) {
    return { figure: `${formatNumber(differing)} of ${countOf(equal + differing, 'row')} differ`, tone: 'danger' };
  }
  if (faults > 0) return { figure: countOf(faults, 'finding'), tone: 'danger' };
  if (!screen) return NOT_CHECKED;
  if (pending > 0) {
    return { figure: `${formatNumber(equal)} equal, ${formatNumber(pending)} pending`, tone: 'neutral' };
  }
  if (equal === 0) return { figure: 'no row on the screen', tone: 'neutral' };
  return { figure: `${countOf(equal, 'row')} equal`, tone: 'good' };
}

function table(report: SyncReport | null): Stage {
  if (!report) return { name: 'Table', detail: 'not checked' };
  const { leads, users, orders } = report.counts;
  return {
    name: report.database.table,
    detail: [countOf(leads.rows, 'lead'), countOf(users.rows, 'user'), countOf(orders.rows, 'order')].join(', '),
    note: `leads add up to ${report.digests.leads.digest.slice(0, 8)}…`,
  };
}

/** The places and ways of the drawing in How It Works. */
export function flowOf(facts: FlowFacts): { stages: readonly Stage[]; arrows: readonly Arrow[] } {
  const { report, latencyMs, host, isFresh } = facts;
  const aged = (found: Found): Found => (found.tone === 'good' && !isFresh ? { ...found, tone: 'neutral' } : found);
  const version: Found = report ? { figure: `PostgreSQL ${report.database.version}`, tone: 'neutral' } : NOT_CHECKED;
  const reach = latencyMs === null ? {} : { note: `reaches API in ${formatNumber(latencyMs)} ms` };
  return {
    stages: [
      { name: 'Form', detail: 'on your page' },
      { name: 'Edge API', detail: host },
      { name: 'Function', detail: 'crm_capture_lead' },
      table(report),
      { name: 'Extension', detail: 'what you see here', ...reach },
    ],
    arrows: [
      // No check sends a lead.
      { action: 'POST /leads', ...NOT_CHECKED },
      { action: 'one transaction', ...version },
      { action: 'COMMIT', ...(report ? aged(durability(report)) : NOT_CHECKED) },
      { action: 'read, no cache', ...aged(reading(facts)) },
    ],
  };
}
