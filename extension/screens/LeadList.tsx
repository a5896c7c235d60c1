import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { mailHref } from '../components/safe-href.ts';
import { isFiltered, NO_FILTER } from '../models/lead-filter.ts';
import type { Workspace } from '../models/workspace.ts';
import { LeadRow } from './LeadRow.tsx';
import { RecordRows } from './RecordRows.tsx';

/** The rows of the list of leads. */
export function LeadList({ workspace, onBulkStatus }: { workspace: Workspace; onBulkStatus(): void }) {
  const { leads, overview, session, view } = workspace;
  return (
    <RecordRows
      noun="lead"
      model={leads}
      isNarrowed={isFiltered(leads.filter.value)}
      onWiden={() => void leads.setFilter(NO_FILTER)}
      keys={(lead) => ({
        x: () => leads.toggle(lead.id),
        e: () => {
          const mail = mailHref(lead.email);
          if (mail) window.open(mail, '_blank', 'noopener');
        },
        s: () => (leads.selected.value.size > 0 ? onBulkStatus() : view.openLead(lead.id, 'status')),
      })}
      nothing={
        <EmptyState icon="inbox" title="No leads yet. Send one from your form, or add demo data to look around.">
          <Button
            variant="primary"
            icon="seed"
            busy={overview.seeding.value === 'add'}
            disabled={session.value?.role === 'viewer'}
            onClick={() => void overview.addSeed()}
          >
            Seed Data
          </Button>
        </EmptyState>
      }
      renderRow={(lead, place) => (
        <LeadRow
          lead={lead}
          isUnseen={leads.unseen.value.has(lead.id)}
          isOpen={view.lead.value === lead.id}
          isSelected={leads.selected.value.has(lead.id)}
          onOpen={() => view.openLead(lead.id)}
          onSelect={() => leads.toggle(lead.id)}
          {...place}
        />
      )}
    />
  );
}
