import { useState } from 'preact/hooks';
import type { StatsReply as Stats } from '../../shared/contract/stats.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import type { Figures } from '../records/figures.ts';
import { LeadRow } from '../records/list/LeadRow.tsx';
import { Button } from '../ui/buttons/Button.tsx';
import { Card } from '../ui/content/Card.tsx';
import { formatNumber } from '../ui/content/number-format.ts';
import { Time } from '../ui/content/Time.tsx';
import { Select } from '../ui/fields/Select.tsx';
import { lazily } from '../ui/lazily.tsx';
import { EmptyState } from '../ui/messages/EmptyState.tsx';
import { ErrorState } from '../ui/messages/ErrorState.tsx';
import { Skeleton } from '../ui/messages/Skeleton.tsx';
import { Question } from '../ui/overlays/Question.tsx';
import { Seal } from './Seal.tsx';
import { SeedButton } from './SeedButton.tsx';
import type { Seed } from './seed.ts';

const LeadsByDay = lazily(() => import('./LeadFigures.tsx').then((module) => module.LeadsByDay));
const OrderFigures = lazily(() => import('./OrderFigures.tsx').then((module) => module.OrderFigures));
const LeadShares = lazily(() => import('./LeadFigures.tsx').then((module) => module.LeadShares));

function Total({ figures, stats }: { figures: Figures; stats: Stats }) {
  const today = stats.series.leads.at(-1)?.count ?? 0;
  return (
    <Card
      title="Total Leads"
      actions={
        <Select
          label="Period"
          hideLabel
          value={String(figures.days.value)}
          onChange={(days) => void figures.showDays(Number(days))}
          options={[
            { value: '30', label: '30 days' },
            { value: '90', label: '90 days' },
            { value: '365', label: '1 year' },
          ]}
        />
      }
    >
      <p class="number" data-testid="total-leads">
        {formatNumber(stats.totalLeads)}
      </p>
      <p class="secondary">
        {formatNumber(stats.newLeads)} new · {formatNumber(today)} today · counted in Postgres <Time iso={stats.asOf} />
      </p>
      {stats.totalLeads > 0 && <LeadsByDay stats={stats} />}
    </Card>
  );
}

function SeedActions({ figures, seed, isViewer }: { figures: Figures; seed: Seed; isViewer: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const stats = figures.stats.value;
  const total = stats?.totalLeads ?? 0;
  const hasRecords = stats !== null && total + stats.totalUsers + stats.totalOrders > 0;
  const add = <SeedButton seed={seed} isMain={total === 0} disabled={isViewer} />;
  if (stats !== null && !hasRecords) {
    return (
      <EmptyState icon="inbox" title="No leads yet. Send one from your form, or add demo data to look around.">
        {add}
      </EmptyState>
    );
  }
  return (
    <div class="row">
      {add}
      {hasRecords && (
        <Button
          variant="quiet"
          busy={seed.running.value === 'remove'}
          disabled={isViewer}
          onClick={() => setAsking(true)}
        >
          Remove demo data
        </Button>
      )}
      {isAsking && (
        <Question
          title="Remove demo data?"
          confirm="Remove"
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void seed.remove();
          }}
        >
          <p>
            Only the records that Seed Data has made are erased, with every change made on them. Your own records stay.
          </p>
        </Question>
      )}
    </div>
  );
}

interface Props {
  workspace: Workspace;
  figures: Figures;
  seed: Seed;
  /** Ids of leads that the user has not seen yet. */
  unseen: ReadonlySet<string>;
}

/** Is everything in, is anything new? Every figure is a count that Postgres has just made. */
export function Overview({ workspace, figures, seed, unseen }: Props) {
  const { navigation, session, currency } = workspace;
  const stats = figures.stats.value;
  const failure = figures.failure.value;
  return (
    <div class="screen stack">
      <h1 class="visually-hidden">Overview</h1>
      <Seal workspace={workspace} />
      {failure && (
        <ErrorState
          title={failure.message}
          consequence={stats ? 'The figures below are from before.' : 'Nothing was counted, so no figure is shown.'}
          {...(failure.code && { code: failure.code })}
          {...(failure.requestId && { requestId: failure.requestId })}
          onRetry={() => void figures.retry()}
        />
      )}
      {!stats && !failure && <Skeleton shape="card" count={3} label="Counting" />}
      {stats && (
        <div class="figures">
          <Total figures={figures} stats={stats} />
          {stats.totalLeads > 0 && (
            <Card
              title="Newest"
              actions={
                <Button variant="quiet" onClick={() => navigation.show('leads')}>
                  All leads
                </Button>
              }
            >
              <ul class="plain-list card-rows">
                {figures.newest.value.map((lead) => (
                  <li key={lead.id}>
                    <LeadRow lead={lead} isUnseen={unseen.has(lead.id)} onOpen={() => navigation.openLead(lead.id)} />
                  </li>
                ))}
              </ul>
            </Card>
          )}
          {stats.totalLeads > 0 && <LeadShares stats={stats} />}
          {stats.totalUsers + stats.totalOrders > 0 && <OrderFigures stats={stats} currency={currency.value} />}
        </div>
      )}
      {(stats || failure) && <SeedActions figures={figures} seed={seed} isViewer={session.value?.role === 'viewer'} />}
    </div>
  );
}
