import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import type { SyncFinding } from '../check/sync-findings.ts';

/** A place that a lead passes, in a few words; `note` is what the last check found there. */
interface FlowStage {
  name: string;
  detail: string;
  note?: string;
}

/** The way from one place to the next, with what the last check found on it. */
interface FlowArrow {
  action: string;
  /** Null where nothing was checked. */
  figure: string | null;
  tone: 'good' | 'warning' | 'danger' | 'neutral';
}

interface Flow {
  stages: readonly FlowStage[];
  arrows: readonly FlowArrow[];
}

/** What the last checks found. Each part is null until it was looked at. */
export interface FlowFacts {
  /** Whether the last check found all of it in order, and nothing was told of since: nothing else is green. */
  isFresh: boolean;
  report: SyncReport | null;
  /** Of the rows on the screen, against the text that is stored. Those that were being written are pending. */
  screen: { equal: number; differing: number; pending: number } | null;
  /** Of all that looked; those of the walk and of the witness are about the way back. */
  findings: readonly SyncFinding[];
  /** From this view to the API and back, of the last answer. */
  latencyMs: number | null;
  /** Of the API. */
  host: string;
}

type Found = Omit<FlowArrow, 'action'>;

const NOT_CHECKED: Found = { figure: null, tone: 'neutral' };
/** What only somebody on the way from the table can have done. */
const ON_THE_WAY = /^(screen|reply|page|whole|witness)\./;

function durability({ database }: SyncReport): Found {
  const off = Object.entries(database.durability).filter(([, value]) => value === 'off');
  if (off.length > 0) return { figure: `${off.map(([name]) => name).join(' and ')} off`, tone: 'warning' };
  if (!database.primary) return { figure: 'a replica answered', tone: 'warning' };
  return { figure: `fsync ${database.durability.fsync}, primary`, tone: 'good' };
}

function comparison({ equal, differing, pending }: NonNullable<FlowFacts['screen']>): Found {
  if (differing > 0) {
    return { figure: `${formatNumber(differing)} of ${countOf(equal + differing, 'row')} differ`, tone: 'danger' };
  }
  if (pending > 0) {
    return { figure: `${formatNumber(equal)} equal, ${formatNumber(pending)} pending`, tone: 'neutral' };
  }
  if (equal === 0) return { figure: 'no row on the screen', tone: 'neutral' };
  return { figure: `${countOf(equal, 'row')} equal`, tone: 'good' };
}

function table({ database, counts, digests }: SyncReport): FlowStage {
  const { leads, users, orders } = counts;
  return {
    name: database.table,
    detail: [countOf(leads.rows, 'lead'), countOf(users.rows, 'user'), countOf(orders.rows, 'order')].join(', '),
    note: `leads add up to ${digests.leads.digest.slice(0, 8)}…`,
  };
}

/** The way back: what the screen, the walk and the witness found there, the worst first. */
function reading({ screen, findings }: FlowFacts): Found {
  const compared = screen ? comparison(screen) : NOT_CHECKED;
  const faults = findings.filter(({ code }) => ON_THE_WAY.test(code));
  if (compared.tone === 'danger' || faults.length === 0) return compared;
  return { figure: countOf(faults.length, 'finding'), tone: 'danger' };
}

/** The places and ways of the drawing in How It Works. */
export function flowOf(facts: FlowFacts): Flow {
  const { report, latencyMs, host, isFresh } = facts;
  const aged = (found: Found): Found => (found.tone === 'good' && !isFresh ? { ...found, tone: 'neutral' } : found);
  return {
    stages: [
      { name: 'Form', detail: 'on your page' },
      { name: 'Edge API', detail: host },
      { name: 'Function', detail: 'crm_capture_lead' },
      report ? table(report) : { name: 'Table', detail: 'not checked' },
      {
        name: 'Extension',
        detail: 'what you see here',
        ...(latencyMs !== null && { note: `reaches API in ${formatNumber(latencyMs)} ms` }),
      },
    ],
    arrows: [
      // No check sends a lead.
      { action: 'POST /leads', ...NOT_CHECKED },
      {
        action: 'one transaction',
        ...(report ? { figure: `PostgreSQL ${report.database.version}`, tone: 'neutral' } : NOT_CHECKED),
      },
      { action: 'COMMIT', ...(report ? aged(durability(report)) : NOT_CHECKED) },
      { action: 'read, no cache', ...aged(reading(facts)) },
    ],
  };
}
