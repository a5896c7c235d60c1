import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from '../buttons/IconButton.tsx';

interface Props {
  title: string;
  onClose(): void;
  children: ComponentChildren;
  actions?: ComponentChildren;
  size?: 'small' | 'large' | undefined;
}

/**
 * A modal window, open while it is rendered. Esc and a click beside it ask to close; the focus starts on what has
 * `data-autofocus` and goes back to where it was. Keys pressed inside never reach the screen below.
 */
export function Dialog({ title, onClose, children, actions, size = 'small' }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const leaving = useRef(false);
  const pressedBeside = useRef(false);

  useLayoutEffect(() => {
    const shown = dialog.current;
    if (!shown) return;
    shown.showModal();
    (shown.querySelector<HTMLElement>('[data-autofocus]') ?? shown).focus();
    return () => {
      leaving.current = true;
      // Before the element goes: only closing gives the focus back.
      shown.close();
    };
  }, []);

  const isBeside = (event: TargetedMouseEvent<HTMLDialogElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    return event.target === event.currentTarget && (x < box.left || x > box.right || y < box.top || y > box.bottom);
  };

  return (
    <dialog
      class="dialog"
      data-size={size}
      aria-labelledby={id}
      tabIndex={-1}
      ref={dialog}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onClose={(event) => {
        // Browsers close by themselves at the second Esc.
        if (event.target === event.currentTarget && !leaving.current) onClose();
      }}
      onMouseDown={(event) => {
        pressedBeside.current = isBeside(event);
      }}
      onClick={(event) => {
        // A selection of text that ends beside the window is no click beside it.
        if (pressedBeside.current && isBeside(event)) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      <div class="dialog-body">{children}</div>
      {actions && <div class="dialog-actions">{actions}</div>}
    </dialog>
  );
}
