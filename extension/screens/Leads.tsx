import { useEffect, useRef } from 'preact/hooks';
import type { Workspace } from '../models/workspace.ts';
import { BulkBar } from './BulkBar.tsx';
import { LeadList } from './LeadList.tsx';
import { LeadToolbar } from './LeadToolbar.tsx';
import { lazily } from './lazily.tsx';

const LeadDetail = lazily(() => import('./LeadDetail.tsx').then((module) => module.LeadDetail));

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Who is waiting for me? The list, and beside it or in its place the lead that is open. */
export function Leads({ workspace }: { workspace: Workspace }) {
  const { view } = workspace;
  const open = view.lead.value;
  const search = useRef<HTMLInputElement>(null);
  const root = useRef<HTMLDivElement>(null);

  // What came in while another screen was open is on top of a list that begins there.
  useEffect(() => workspace.leads.clearArrived(), [workspace]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '/' && !isTyping(event.target)) {
        event.preventDefault();
        view.openLead(null);
        // The list has to be shown before its search can take the focus.
        requestAnimationFrame(() => search.current?.focus());
      }
      if (event.key === 'Escape' && view.lead.value !== null && !document.querySelector('dialog[open]')) {
        event.preventDefault();
        const id = view.lead.value;
        view.openLead(null);
        requestAnimationFrame(() =>
          root.current?.querySelector<HTMLElement>(`[data-lead="${CSS.escape(id)}"] .lead-open`)?.focus(),
        );
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [view]);

  return (
    <div class="split" data-pane={open === null ? 'list' : 'detail'} ref={root}>
      <section class="pane list-pane" aria-label="Leads">
        <h1 class="visually-hidden">Leads</h1>
        <LeadToolbar workspace={workspace} searchRef={search} />
        <LeadList workspace={workspace} />
        <BulkBar workspace={workspace} />
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
