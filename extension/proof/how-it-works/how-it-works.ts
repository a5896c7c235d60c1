import { computed } from '@preact/signals';
import { tableEditorUrl } from '../../platform/connection/table-editor.ts';
import type { LastCheck, Workspace } from '../../platform/workspace/workspace.ts';
import { syncOf } from '../check/sync-check.ts';
import { flowOf } from './flow.ts';
import { createLastCapture } from './last-capture.ts';
import { createSyncTour } from './sync-tour.ts';

const TITLES: Record<LastCheck['state'], string> = {
  synced: 'From the form to this screen, as the last check found it',
  drift: 'The last check found drift',
  pending: 'The last check could not compare everything: rows were being written',
  failed: 'The last check failed',
};

/** The parts of How It Works on one connection, all of them fed by what was read and compared, none by what should be so. */
export function createHowItWorks(workspace: Workspace) {
  const { connection, live, lastCheck, outdated } = workspace;
  const sync = syncOf(workspace);
  return {
    title: computed(() => {
      const check = lastCheck.value;
      if (!check) return 'From the form to this screen';
      return outdated.value ? `${TITLES[check.state]}; not checked since` : TITLES[check.state];
    }),
    flow: computed(() => {
      const screen = sync.screen.value;
      const backend = live.backend.value;
      const check = lastCheck.value;
      return flowOf({
        isFresh: check?.state === 'synced' && outdated.value === null,
        findings: sync.findings.value,
        report: sync.report.value,
        screen: screen && {
          equal: screen.compared,
          differing: screen.findings.reduce((sum, { count }) => sum + count, 0),
          pending: screen.pending.length,
        },
        latencyMs: backend.state === 'connected' ? backend.latencyMs : null,
        host: new URL(connection.url).host,
      });
    }),
    capture: createLastCapture(workspace),
    tour: createSyncTour({
      ...workspace,
      async check() {
        await sync.checkAnew();
        return lastCheck.value;
      },
    }),
    editorUrl: (projectRef: string | null) => tableEditorUrl({ projectRef, supabase: connection.supabase }),
  };
}
