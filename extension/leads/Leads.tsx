import { useCallback, useRef } from 'preact/hooks';
import { LeadRow } from '../records/list/LeadRow.tsx';
import { useSplitKeys } from '../records/list/list-keys.ts';
import { RecordRows } from '../records/list/RecordRows.tsx';
import { mailHref } from '../ui/content/SafeLink.tsx';
import { lazily } from '../ui/lazily.tsx';
import { EmptyState } from '../ui/messages/EmptyState.tsx';
import { BulkBar } from './BulkBar.tsx';
import { type LeadsProps, LeadToolbar } from './LeadToolbar.tsx';
import { isFiltered, NO_FILTER } from './lead-filter.ts';

const LeadDetail = lazily(() => import('./LeadDetail.tsx').then((module) => module.LeadDetail));

/** Who is waiting for me? The list, and beside it or in its place the lead that is open. */
export function Leads(props: LeadsProps) {
  const { workspace, leads } = props;
  const { navigation } = workspace;
  const open = navigation.lead.value;
  const search = useRef<HTMLInputElement>(null);
  const bulkStatus = useRef<HTMLButtonElement>(null);

  useSplitKeys(
    navigation.lead,
    useCallback(() => navigation.openLead(null), [navigation]),
    search,
  );

  return (
    <div class="split" data-pane={open === null ? 'list' : 'detail'}>
      <section class="pane list-pane" aria-label="Leads">
        <h1 class="visually-hidden">Leads</h1>
        <LeadToolbar {...props} searchRef={search} />
        <LeadList {...props} onBulkStatus={() => bulkStatus.current?.click()} />
        <BulkBar {...props} statusRef={bulkStatus} />
      </section>
      <section class="pane detail-pane" aria-label="Lead">
        {open !== null ? (
          <LeadDetail key={open} workspace={workspace} leads={leads} id={open} />
        ) : (
          <p class="secondary detail-hint">Open a lead to see it here.</p>
        )}
      </section>
    </div>
  );
}

/** The rows of the list of leads. */
function LeadList({ workspace, leads, seedButton, onBulkStatus }: LeadsProps & { onBulkStatus(): void }) {
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
