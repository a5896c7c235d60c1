import type { ComponentChildren } from 'preact';
import { Button } from '../buttons/Button.tsx';
import { Dialog } from './Dialog.tsx';

interface Props {
  title: string;
  /** The word on the button that does it. */
  confirm: string;
  busy?: boolean;
  onConfirm(): void;
  onClose(): void;
  children: ComponentChildren;
}

/** Asks before something that cannot be undone, or that others feel: the safe answer has the focus. */
export function Question({ title, confirm, busy = false, onConfirm, onClose, children }: Props) {
  return (
    <Dialog
      title={title}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
