import { useEffect, useId, useState } from 'preact/hooks';
import { Button } from '../ui/buttons/Button.tsx';
import { Tabs } from '../ui/navigation/Tabs.tsx';
import { CheckResult } from './check/CheckResult.tsx';
import { checkOf } from './check/check.ts';
import type { CheckedWorkspace } from './checked-workspace.ts';
import { ConnectionTests } from './connection-tests/ConnectionTests.tsx';
import { HowItWorks } from './how-it-works/HowItWorks.tsx';
import { VerifyReceipt } from './receipt/VerifyReceipt.tsx';

const TABS = [
  { id: 'sync-status', label: 'Sync Status' },
  { id: 'how-it-works', label: 'How It Works' },
] as const;
type TabId = (typeof TABS)[number]['id'];

/** Check Data Sync: what you see, what is stored, and whether the two are the same now. It checks whenever it is opened. */
function CheckDataSync({ workspace }: { workspace: CheckedWorkspace }) {
  const title = useId();
  const check = checkOf(workspace);
  const [tab, setTab] = useState<TabId>('sync-status');
  const role = workspace.session.value?.role;
  // Reading the stored text of a row needs an admin.
  const isViewer = role === 'viewer';
  // Who is signed in is not known for a moment, and stays so while nobody answers: then the check says that.
  const isKnown = role !== undefined || workspace.live.backend.value.state === 'offline';
  useEffect(() => {
    if (isKnown && !isViewer) void check.check();
  }, [check, isKnown, isViewer]);

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
          busy={check.isChecking.value}
          disabled={isViewer}
          onClick={() => void check.checkAnew()}
        >
          Check Sync
        </Button>
      </div>
      <Tabs label="Check Data Sync" tabs={TABS} selected={tab} onSelect={(id) => setTab(id as TabId)} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === 'sync-status' ? (
          <CheckResult workspace={workspace} check={check} isViewer={isViewer} />
        ) : (
          <HowItWorks workspace={workspace} check={check} isViewer={isViewer} />
        )}
      </div>
    </section>
  );
}

/** Can I trust this? Every tick below is the result of a comparison made just now. */
export function Sync({ workspace }: { workspace: CheckedWorkspace }) {
  return (
    <div class="screen sync">
      <h1 class="visually-hidden">Sync</h1>
      <div class="sync-columns">
        <CheckDataSync workspace={workspace} />
        <div class="stack">
          <ConnectionTests workspace={workspace} />
          <VerifyReceipt workspace={workspace} />
        </div>
      </div>
    </div>
  );
}
