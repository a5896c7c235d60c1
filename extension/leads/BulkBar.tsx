import type { RefObject } from 'preact';
import { STATUS_WORDS } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { IconButton } from '../ui/buttons/IconButton.tsx';
import { formatNumber } from '../ui/content/number-format.ts';
import { Progress } from '../ui/messages/Progress.tsx';
import { Menu } from '../ui/navigation/Menu.tsx';
import type { LeadsProps } from './LeadToolbar.tsx';

/** What can be done with the selected leads. */
export function BulkBar({
  workspace,
  leads,
  bulk,
  statusRef,
}: LeadsProps & { statusRef: RefObject<HTMLButtonElement | null> }) {
  const { session } = workspace;
  const count = leads.selected.value.size;
  const progress = bulk.progress.value;
  if (count === 0 && !progress) return null;
  return (
    <section class="bulk-bar" aria-label="Selected leads">
      {progress ? (
        <>
          <Progress label="Changing the status" value={progress.done} max={progress.total} />
          <Button variant="quiet" onClick={bulk.cancel}>
            Stop
          </Button>
        </>
      ) : (
        <>
          <span>{formatNumber(count)} selected</span>
          <Menu
            label="Set status of the selected leads"
            trigger="Set status"
            buttonRef={statusRef}
            items={Object.entries(STATUS_WORDS).map(([status, { label, icon }]) => ({
              label,
              icon,
              disabled: session.value?.role === 'viewer',
              onSelect: () => void bulk.run(status as 'new'),
            }))}
          />
          <Button variant="quiet" onClick={() => leads.select(leads.rows.value.map(({ id }) => id))}>
            All {formatNumber(leads.rows.value.length)} loaded
          </Button>
          <IconButton icon="close" label="Clear the selection" onClick={() => leads.select([])} />
        </>
      )}
    </section>
  );
}
