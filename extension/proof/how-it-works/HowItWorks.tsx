import { useState } from 'preact/hooks';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { BeforeAfter } from './BeforeAfter.tsx';
import { FlowDiagram } from './FlowDiagram.tsx';
import { createHowItWorks } from './how-it-works.ts';
import { SyncTour } from './SyncTour.tsx';

/** What "sync" means here, drawn with the figures of the last check, and how to see it for oneself. */
export function HowItWorks({ workspace }: { workspace: Workspace }) {
  const [model] = useState(() => createHowItWorks(workspace));
  const { stages, arrows } = model.flow.value;
  const isViewer = workspace.session.value?.role === 'viewer';
  return (
    <div class="stack">
      <section class="stack-tight" aria-labelledby="sync-meaning">
        <h3 id="sync-meaning">What “sync” means here</h3>
        <ul class="plain-words">
          <li>Every write goes directly into one Postgres table, and is acknowledged after COMMIT.</li>
          <li>Every read comes directly from that table. There is no cache.</li>
          <li>No queue, no background sync, no lead in this browser’s storage: there is nothing to upload later.</li>
          <li>Nothing here is green until it was compared. What was not compared says “not checked”.</li>
        </ul>
      </section>
      <FlowDiagram title={model.title.value} stages={stages} arrows={arrows} />
      <BeforeAfter model={model.capture} isViewer={isViewer} />
      <SyncTour model={model.tour} editorUrl={model.editorUrl} isViewer={isViewer} />
    </div>
  );
}
