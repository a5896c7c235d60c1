import type { ComponentChildren } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import type { Workspace } from '../platform/workspace/workspace.ts';
import type { Figures } from '../records/figures.ts';
import { useSplitKeys } from '../records/list/split-keys.ts';
import { lazily } from '../ui/lazily.tsx';
import { BulkBar } from './BulkBar.tsx';
import type { BulkStatus } from './bulk-status.ts';
import { LeadList } from './LeadList.tsx';
import { LeadToolbar } from './LeadToolbar.tsx';
import type { LeadExport } from './lead-export.ts';
import type { Leads as LeadsModel } from './leads.ts';

const LeadDetail = lazily(() => import('./LeadDetail.tsx').then((module) => module.LeadDetail));

/** What the screen of leads and its parts are given. */
export interface LeadsProps {
  workspace: Workspace;
  leads: LeadsModel;
  figures: Figures;
  bulk: BulkStatus;
  exporting: LeadExport;
  /** Offered while there is no lead at all. */
  seedButton: ComponentChildren;
}

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
