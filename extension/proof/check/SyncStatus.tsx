import { useEffect, useId, useState } from 'preact/hooks';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Tabs } from '../../ui/navigation/Tabs.tsx';
import { HowItWorks } from '../how-it-works/HowItWorks.tsx';
import { EvidenceActions } from './EvidenceActions.tsx';
import { SyncProof } from './FullProof.tsx';
import { SyncCounts } from './SyncCounts.tsx';
import { SyncFinding } from './SyncFinding.tsx';
import { SyncRepair } from './SyncRepair.tsx';
import { SyncSource } from './SyncSource.tsx';
import { SyncSteps } from './SyncSteps.tsx';
import { SyncVerdict } from './SyncVerdict.tsx';
import { syncOf } from './sync-check.ts';

const TABS = [
  { id: 'sync-status', label: 'Sync Status' },
  { id: 'how-it-works', label: 'How It Works' },
] as const;
type TabId = (typeof TABS)[number]['id'];

/** Reading the stored text of a row needs an admin. */
const VIEWER = 'You are signed in as a viewer. Only an admin can check whether the data is in sync.';

function Status({ workspace, isViewer }: { workspace: Workspace; isViewer: boolean }) {
  const sync = syncOf(workspace);
  const findings = sync.findings.value;
  const report = sync.report.value;
  const isOutdated = workspace.outdated.value !== null;
  const isChecked = workspace.lastCheck.value !== null && sync.verdict.value !== 'checking';
  return (
    <div class="stack">
      {isViewer ? <Notice tone="info">{VIEWER}</Notice> : <SyncVerdict workspace={workspace} sync={sync} />}
      {findings.length > 0 && (
        <ul class="plain-list stack" aria-label="Findings">
          {findings.map((finding) => (
            <SyncFinding key={`${finding.code} ${finding.entity} ${finding.message}`} finding={finding} sync={sync} />
          ))}
        </ul>
      )}
      {report && <SyncCounts report={report} />}
      {!isViewer && <SyncSteps sync={sync} isOutdated={isOutdated} />}
      <hr class="divider" />
      <SyncProof sync={sync} isOutdated={isOutdated} disabled={isViewer || sync.verdict.value === 'checking'} />
      {(report || sync.editorUrl.value) && <hr class="divider" />}
      <SyncSource sync={sync} />
      <EvidenceActions evidence={isChecked ? sync.evidence() : null} />
      <SyncRepair sync={sync} />
    </div>
  );
}

/** Check Data Sync: what you see, what is stored, and whether the two are the same now. It checks whenever it is opened. */
export function SyncStatus({ workspace }: { workspace: Workspace }) {
  const title = useId();
  const sync = syncOf(workspace);
  const [tab, setTab] = useState<TabId>('sync-status');
  const role = workspace.session.value?.role;
  const isViewer = role === 'viewer';
  // Who is signed in is not known for a moment, and stays so while nobody answers: then the check says that.
  const isKnown = role !== undefined || workspace.live.backend.value.state === 'offline';
  useEffect(() => {
    if (isKnown && !isViewer) void sync.check();
  }, [sync, isKnown, isViewer]);

  return (
    <section class="card sync-card" aria-labelledby={title}>
      <p class="print-only">
        Vision Studio CRM · {workspace.connection.name} · {workspace.connection.url} · {new Date().toLocaleString()}
      </p>
      <div class="card-head">
        <h2 id={title}>Check Data Sync</h2>
        <Button
          variant="primary"
          icon="refresh"
          busy={sync.verdict.value === 'checking'}
          disabled={isViewer}
          onClick={() => void sync.checkAnew()}
        >
          Check Sync
        </Button>
      </div>
      <Tabs label="Check Data Sync" tabs={TABS} selected={tab} onSelect={(id) => setTab(id as TabId)} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === 'sync-status' ? (
          <Status workspace={workspace} isViewer={isViewer} />
        ) : (
          <HowItWorks workspace={workspace} />
        )}
      </div>
    </section>
  );
}
