import { signal } from '@preact/signals';
import type { RepairReply } from '../../../shared/contract/sync-report.ts';
import { asFailure, whatBecameOf } from '../../platform/api/failure.ts';
import type { SyncApi } from '../../platform/api/sync-api.ts';

/** What the window of a repair shows. */
export type RepairState =
  | { stage: 'reading' }
  | { stage: 'preview' | 'running'; preview: RepairReply }
  | { stage: 'done'; reply: RepairReply }
  | { stage: 'failed'; message: string };

/** Mends what can be derived from the records, after showing exactly what would change. */
export function createRepair({ repair }: Pick<SyncApi, 'repair'>, { onRepaired }: { onRepaired(): void }) {
  const state = signal<RepairState | null>(null);

  return {
    state,
    async preview(): Promise<void> {
      const asked: RepairState = { stage: 'reading' };
      state.value = asked;
      // Closed meanwhile, or asked again: an answer that comes late is nobody's.
      const answer = (next: RepairState) => {
        if (state.value === asked) state.value = next;
      };
      try {
        answer({ stage: 'preview', preview: await repair({ dryRun: true }) });
      } catch (error) {
        answer({ stage: 'failed', message: asFailure(error).message });
      }
    },
    async run(): Promise<void> {
      const shown = state.value;
      if (shown?.stage !== 'preview') return;
      state.value = { stage: 'running', preview: shown.preview };
      try {
        const reply = await repair({ dryRun: false });
        state.value = { stage: 'done', reply };
        onRepaired();
      } catch (error) {
        const failure = asFailure(error);
        state.value = { stage: 'failed', message: `${failure.message} ${whatBecameOf(failure)}` };
      }
    },
    close(): void {
      // A repair that runs is waited for: what it has done must be seen.
      if (state.value?.stage !== 'running') state.value = null;
    },
  };
}
