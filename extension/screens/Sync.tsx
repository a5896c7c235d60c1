import { useEffect, useRef } from 'preact/hooks';
import type { Workspace } from '../models/workspace.ts';
import { ConnectionTests } from './ConnectionTests.tsx';
import { SyncStatus } from './SyncStatus.tsx';
import { VerifyReceipt } from './VerifyReceipt.tsx';

/** Can I trust this? Every tick below is the result of a comparison made just now. */
export function Sync({ workspace }: { workspace: Workspace }) {
  const { view } = workspace;
  const tests = useRef<HTMLDivElement>(null);
  const isForTests = view.isForTests.value;
  useEffect(() => {
    if (!isForTests) return;
    view.isForTests.value = false;
    tests.current?.scrollIntoView({ block: 'start' });
    // The one button of the card: whoever came for the tests needs only Enter.
    tests.current?.querySelector('button')?.focus();
  }, [isForTests, view]);

  return (
    <div class="screen sync">
      <h1 class="visually-hidden">Sync</h1>
      <div class="sync-columns">
        <SyncStatus workspace={workspace} />
        <div class="stack">
          <div ref={tests}>
            <ConnectionTests workspace={workspace} />
          </div>
          <VerifyReceipt workspace={workspace} />
        </div>
      </div>
    </div>
  );
}
