import { useRef } from 'preact/hooks';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { mailHref } from '../components/safe-href.ts';
import { VirtualList, type VirtualListHandle } from '../components/VirtualList.tsx';
import { isFiltered, NO_FILTER } from '../models/lead-filter.ts';
import type { Workspace } from '../models/workspace.ts';
import { LeadRow } from './LeadRow.tsx';
import { MalformedRows } from './MalformedRows.tsx';
import { useRowKeys } from './row-keys.ts';

/** Of one row, in CSS pixels; styles/lists.css says the same. */
const ROW_HEIGHT = 52;

function Nothing({ workspace }: { workspace: Workspace }) {
  const { leads, overview, session } = workspace;
  if (isFiltered(leads.filter.value)) {
    return (
      <EmptyState icon="search" title="No lead matches.">
        <Button onClick={() => void leads.setFilter(NO_FILTER)}>Clear search and filters</Button>
      </EmptyState>
    );
  }
  return (
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
  );
}

/** The rows, as many as there are; only those in sight are in the page. */
export function LeadList({ workspace }: { workspace: Workspace }) {
  const { leads, view } = workspace;
  const list = useRef<VirtualListHandle>(null);
  const rows = leads.rows.value;
  const loading = leads.loading.value;
  const failure = leads.failure.value;
  const arrived = leads.arrived.value.size;
  const { focused, setFocused, onKeyDown } = useRowKeys(rows, list, (lead) => ({
    x: () => leads.toggle(lead.id),
    e: () => {
      const mail = mailHref(lead.email);
      if (mail) window.open(mail, '_blank', 'noopener');
    },
    s: () => view.openLead(lead.id, 'status'),
  }));

  if (loading === 'first' && rows.length === 0) return <Skeleton shape="rows" count={8} label="Loading leads" />;
  if (failure && rows.length === 0) {
    return (
      <ErrorState
        title={failure.message}
        consequence="No lead is shown that was not read."
        {...(failure.code && { code: failure.code })}
        {...(failure.requestId && { requestId: failure.requestId })}
        onRetry={() => void leads.load()}
        retrying={loading === 'first'}
      />
    );
  }
  if (rows.length === 0) {
    return (
      <div class="list-area">
        <Nothing workspace={workspace} />
        <MalformedRows noun="lead" rows={leads.malformed.value} />
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the rows inside, which are buttons
    <div class="list-area" onKeyDown={onKeyDown} aria-busy={loading === 'first'}>
      {failure && (
        <ErrorState
          title={failure.message}
          consequence="The rows below were read before."
          onRetry={() => void leads.load()}
          retrying={loading === 'first'}
        />
      )}
      {leads.isStale.value && (
        <Button class="new-pill" icon="refresh" onClick={() => void leads.load()}>
          Leads changed: search again
        </Button>
      )}
      {arrived > 0 && (
        <Button
          variant="primary"
          icon="arrowUp"
          class="new-pill"
          onClick={() => {
            list.current?.scrollToIndex(0);
            leads.clearArrived();
          }}
        >
          {arrived} new
        </Button>
      )}
      <VirtualList
        label="Leads"
        listRef={list}
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        keyOf={(index) => rows[index]?.id ?? String(index)}
        onNearEnd={() => void leads.loadMore()}
        onScroll={(top) => top === 0 && leads.clearArrived()}
        renderRow={(index) => {
          const lead = rows[index];
          return (
            lead && (
              <LeadRow
                lead={lead}
                isUnseen={leads.unseen.value.has(lead.id)}
                isOpen={view.lead.value === lead.id}
                isSelected={leads.selected.value.has(lead.id)}
                tabIndex={index === focused ? 0 : -1}
                onFocus={() => setFocused(lead.id)}
                onOpen={() => view.openLead(lead.id)}
                onSelect={() => leads.toggle(lead.id)}
              />
            )
          );
        }}
      >
        {loading === 'more' && <Skeleton shape="rows" count={2} label="Loading more leads" />}
        <MalformedRows noun="lead" rows={leads.malformed.value} />
      </VirtualList>
    </div>
  );
}
