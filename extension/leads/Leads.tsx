import { useCallback, useRef } from 'preact/hooks';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { useSplitKeys } from '../records/list/split-keys.ts';
import { lazily } from '../ui/lazily.tsx';
import { BulkBar } from './BulkBar.tsx';
import { LeadList } from './LeadList.tsx';
import { LeadToolbar } from './LeadToolbar.tsx';

const LeadDetail = lazily(() => import('./LeadDetail.tsx').then((module) => module.LeadDetail));

/** Who is waiting for me? The list, and beside it or in its place the lead that is open. */
export function Leads({ workspace }: { workspace: Workspace }) {
  const { view } = workspace;
  const open = view.lead.value;
  const search = useRef<HTMLInputElement>(null);
  const bulkStatus = useRef<HTMLButtonElement>(null);

  useSplitKeys(
    view.lead,
    useCallback(() => view.openLead(null), [view]),
    search,
  );

  return (
    <div class="split" data-pane={open === null ? 'list' : 'detail'}>
      <section class="pane list-pane" aria-label="Leads">
        <h1 class="visually-hidden">Leads</h1>
        <LeadToolbar workspace={workspace} searchRef={search} />
        <LeadList workspace={workspace} onBulkStatus={() => bulkStatus.current?.click()} />
        <BulkBar workspace={workspace} statusRef={bulkStatus} />
      </section>
      <section class="pane detail-pane" aria-label="Lead">
        {open !== null ? (
          <LeadDetail key={open} workspace={workspace} id={open} />
        ) : (
          <p class="secondary detail-hint">Open a lead to see it here.</p>
        )}
      </section>
    </div>
  );
}
