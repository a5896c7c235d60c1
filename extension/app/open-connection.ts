import { computed } from '@preact/signals';
import { createBulkStatus } from '../leads/bulk-status.ts';
import { createLeadExport } from '../leads/lead-export.ts';
import { createLeads } from '../leads/leads.ts';
import { createSeed } from '../overview/seed.ts';
import { followBadge } from '../platform/workspace/toolbar-badge.ts';
import { createWorkspace } from '../platform/workspace/workspace.ts';
import { createFigures } from '../records/figures.ts';

/** Long enough for the first rows to be painted. */
const COUNT_AFTER_MS = 80;

/** An open connection with the models that outlive the screens: the list of leads, the figures and what runs on many leads. */
export function openConnection(options: Parameters<typeof createWorkspace>[0]) {
  const workspace = createWorkspace(options);
  const leads = createLeads({ ...workspace, connectionId: workspace.connection.id });
  const figures = createFigures(workspace);
  const bulk = createBulkStatus({ ...workspace, leads });
  const exporting = createLeadExport({ ...workspace, leads });
  return {
    ...workspace,
    leads,
    figures,
    bulk,
    exporting,
    seed: createSeed({ ...workspace, figures }),
    /** Runs until the signal closes the connection. */
    async start(signal: AbortSignal): Promise<void> {
      // The list first: it is what people wait for, and counting takes longer the more there is.
      const list = leads.start(signal);
      workspace.start(signal);
      const newLeads = computed(() => figures.stats.value?.newLeads ?? null);
      followBadge(workspace, newLeads, signal);
      signal.addEventListener('abort', () => {
        bulk.cancel();
        exporting.cancel();
      });
      await list;
      // Counting takes the processor that is about to draw the rows.
      await new Promise((done) => setTimeout(done, COUNT_AFTER_MS));
      if (signal.aborted) return;
      workspace.readAccess(signal);
      await figures.start(signal);
    },
  };
}
export type OpenConnection = ReturnType<typeof openConnection>;
