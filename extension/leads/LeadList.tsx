import type { Workspace } from '../platform/workspace/workspace.ts';
import { LeadRow } from '../records/list/LeadRow.tsx';
import { RecordRows } from '../records/list/RecordRows.tsx';
import { Button } from '../ui/buttons/Button.tsx';
import { mailHref } from '../ui/content/safe-href.ts';
import { EmptyState } from '../ui/messages/EmptyState.tsx';
import { isFiltered, NO_FILTER } from './lead-filter.ts';

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
