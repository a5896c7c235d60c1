import type { Lead } from '../../shared/contract/lead.ts';
import type { LeadsQuery } from '../platform/api/crm.ts';

const PERIODS = ['any', 'today', '7', '30', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

/** What the list of leads is narrowed to; empty texts mean all. */
export interface LeadFilter {
  q: string;
  status: string;
  source: string;
  period: Period;
  /** Days as `YYYY-MM-DD` in the reader's zone, for `custom`. */
  from: string;
  to: string;
}

export const NO_FILTER: LeadFilter = { q: '', status: '', source: '', period: 'any', from: '', to: '' };

/** What of a filter outlives the view: the search text is often somebody's name. */
export const keptFilter = ({ q: _, ...kept }: LeadFilter): Record<string, string> => kept;

/** The filter that an earlier view, or an earlier version, has left. */
export function leftFilter({ status = '', source = '', period, from = '', to = '' }: Readonly<Record<string, string>>) {
  const known = PERIODS.find((one) => one === period) ?? 'any';
  return { ...NO_FILTER, status, source, period: known, from, to };
}

export const isFiltered = ({ q, status, source, period }: LeadFilter): boolean =>
  q.trim() !== '' || status !== '' || source !== '' || period !== 'any';

/** First millisecond of a day in the reader's zone, `days` before it. */
function startOfDay(now: Date, days: number): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).toISOString();
}

const localMoment = (day: string, time: string) => {
  const moment = new Date(`${day}T${time}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
};

/** The query of `GET /leads` for a filter: days are the reader's, the API compares moments. */
export function toQuery({ q, status, source, period, from, to }: LeadFilter, now: Date): LeadsQuery {
  const moments =
    period === 'custom'
      ? { from: localMoment(from, '00:00:00'), to: localMoment(to, '23:59:59.999') }
      : period === 'any'
        ? {}
        : { from: startOfDay(now, period === 'today' ? 0 : Number(period) - 1) };
  const query = { q: q.trim(), status, source, ...moments };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value));
}

/** Whether a lead that has just changed still belongs in the list, as far as that can be told without Postgres. */
export const stillMatches = ({ status, source }: LeadFilter, lead: Lead): boolean =>
  (status === '' || lead.status === status) && (source === '' || lead.source === source);
