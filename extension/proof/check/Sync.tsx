import type { Workspace } from '../../platform/workspace/workspace.ts';
import { ConnectionTests } from '../connection-tests/ConnectionTests.tsx';
import { VerifyReceipt } from '../receipt/VerifyReceipt.tsx';
import { SyncStatus } from './SyncStatus.tsx';

/** Can I trust this? Every tick below is the result of a comparison made just now. */
export function Sync({ workspace }: { workspace: Workspace }) {
  return (
    <div class="screen sync">
      <h1 class="visually-hidden">Sync</h1>
      <div class="sync-columns">
        <SyncStatus workspace={workspace} />
        <div class="stack">
          <ConnectionTests workspace={workspace} />
          <VerifyReceipt workspace={workspace} />
        </div>
      </div>
    </div>
  );
}
