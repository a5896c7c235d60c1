import { useState } from 'preact/hooks';
import type { Lead } from '../../shared/lead.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import type { LeadModel } from '../models/lead.ts';

interface Props {
  model: LeadModel;
  lead: Lead;
  onClose(): void;
  onDeleted(): void;
}

/** Erasing cannot be undone, so the safe answer has the focus and the lead is named. */
export function DeleteLead({ model, lead, onClose, onDeleted }: Props) {
  const [seen] = useState(lead);
  return (
    <Dialog
      title="Delete this lead for good?"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            busy={model.saving.value === 'delete'}
            onClick={async () => {
              const isGone = await model.remove(seen);
              onClose();
              if (isGone) onDeleted();
            }}
          >
            Delete for good
          </Button>
        </>
      }
    >
      <p>
        <bdi class="wrap-anywhere">
          <strong>{(lead.name || lead.email).slice(0, 200)}</strong>
        </bdi>{' '}
        is erased from the table, the index and the change log. There is no way back.
      </p>
      <p class="secondary">If somebody changed the lead since you read it, nothing is deleted.</p>
    </Dialog>
  );
}
