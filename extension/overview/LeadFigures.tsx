import type { StatsReply as Stats } from '../../shared/contract/stats.ts';
import { SOURCE_WORDS, sourceWords } from '../records/status-words.ts';
import { BarList } from '../ui/charts/BarList.tsx';
import { Funnel } from '../ui/charts/Funnel.tsx';
import { LineChart } from '../ui/charts/LineChart.tsx';
import { Card } from '../ui/content/Card.tsx';
import { formatNumber, formatPercent, formatShare } from '../ui/content/number-format.ts';
import { formatDay } from '../ui/content/time-format.ts';

function funnelTitle({ totalLeads, convertedLeads, conversionRate }: Stats): string {
  return convertedLeads === 0
    ? `None of ${formatNumber(totalLeads)} converted yet`
    : `${formatNumber(convertedLeads)} of ${formatNumber(totalLeads)} converted (${formatPercent(conversionRate)})`;
}

/** How many came at least as far. Where a lost lead was lost is not recorded, so it counts as received only. */
function reached({ totalLeads, leadsByStatus: { contacted, qualified, converted } }: Stats) {
  return [
    { label: 'Received', value: totalLeads },
    { label: 'Contacted', value: contacted + qualified + converted },
    { label: 'Qualified', value: qualified + converted },
    { label: 'Converted', value: converted },
  ];
}

function sourcesTitle({ leadsBySource, totalLeads }: Stats): string {
  const [first] = Object.entries(leadsBySource).sort(([, left], [, right]) => right - left);
  if (!first || totalLeads === 0) return 'Sources';
  return `${sourceWords(first[0] === 'other' ? 'Other' : first[0]).label}: ${formatShare(first[1], totalLeads)} of all leads`;
}

/** Leads by day. */
export function LeadsByDay({ stats: { series } }: { stats: Stats }) {
  const inPeriod = series.leads.reduce((sum, { count }) => sum + count, 0);
  return (
    <LineChart
      title={`${formatNumber(inPeriod)} in the last ${series.days} days${series.timeZone === 'UTC' ? ', by the clock of UTC' : ''}`}
      unit="leads"
      points={series.leads.map(({ day, count }) => ({ label: formatDay(day), value: count }))}
    />
  );
}

/** How far leads come, and where they come from. */
export function LeadShares({ stats }: { stats: Stats }) {
  const { leadsBySource, leadsByStatus } = stats;
  return (
    <>
      <Card title="Status">
        <Funnel title={funnelTitle(stats)} steps={reached(stats)} />
        {leadsByStatus.lost > 0 && <p class="caption">{formatNumber(leadsByStatus.lost)} lost on the way</p>}
      </Card>
      <Card title="Sources">
        <BarList
          title={sourcesTitle(stats)}
          unit="leads"
          rows={Object.entries({ ...SOURCE_WORDS, other: { label: 'Other', icon: 'info' as const } })
            .map(([source, { label, icon }]) => ({
              label,
              icon,
              value: leadsBySource[source as keyof typeof leadsBySource],
            }))
            .filter(({ value, label }) => value > 0 || label !== 'Other')}
        />
      </Card>
    </>
  );
}
