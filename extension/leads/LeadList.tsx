import { LeadRow } from '../records/list/LeadRow.tsx';
import { RecordRows } from '../records/list/RecordRows.tsx';
import { mailHref } from '../ui/content/safe-href.ts';
import { EmptyState } from '../ui/messages/EmptyState.tsx';
import type { LeadsProps } from './Leads.tsx';
import { isFiltered, NO_FILTER } from './lead-filter.ts';

/** The rows of the list of leads. */
export function LeadList({ workspace, leads, seedButton, onBulkStatus }: LeadsProps & { onBulkStatus(): void }) {
  const { navigation } = workspace;
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
        s: () => (leads.selected.value.size > 0 ? onBulkStatus() : navigation.openLead(lead.id, 'status')),
      })}
      nothing={
        <EmptyState icon="inbox" title="No leads yet. Send one from your form, or add demo data to look around.">
          {seedButton}
        </EmptyState>
      }
      renderRow={(lead, place) => (
        <LeadRow
          lead={lead}
          isUnseen={leads.unseen.value.has(lead.id)}
          isOpen={navigation.lead.value === lead.id}
          isSelected={leads.selected.value.has(lead.id)}
          onOpen={() => navigation.openLead(lead.id)}
          onSelect={() => leads.toggle(lead.id)}
          {...place}
        />
      )}
    />
  );
}
