import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Button } from '../../ui/buttons/Button.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Dialog } from '../../ui/overlays/Dialog.tsx';
import { fieldLabel } from '../field-words.ts';
import type { LeftText } from './kept-form.ts';

const labelOf = (path: string) => fieldLabel(path.split('.').at(-1) ?? path);

interface LeftTextsProps {
  texts: readonly LeftText[];
  /** Where no dialog around it can be closed. */
  onDiscard?: () => void;
}

/** What somebody typed before another person changed the record: to be copied, since it may not belong there any more. */
export function LeftTexts({ texts, onDiscard }: LeftTextsProps) {
  if (texts.length === 0) return null;
  return (
    <Notice tone="warning" actions={onDiscard && <Button onClick={onDiscard}>Discard</Button>}>
      <p>Somebody changed this since you wrote, so the form shows what is stored now. You had typed:</p>
      <ul class="plain-list">
        {texts.map(({ path, text }) => (
          <li key={path} class="prewrap wrap-anywhere" dir="auto">
            {labelOf(path)}: <q>{text}</q>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

interface Props {
  title: string;
  /** The word on the button that sends. */
  confirm: string;
  size?: 'large';
  busy: boolean;
  /** Whether somebody deleted what is edited here: what was typed stays to be copied, and nothing is sent. */
  isGone?: boolean | undefined;
  /** Whether something was typed that closing would lose. */
  isChanged: boolean;
  /** What an earlier view has left, and what stands in no field. */
  left?: readonly LeftText[] | undefined;
  /** What is wrong with the form as a whole, or why sending it failed. */
  problem?: string | undefined;
  onSubmit(): unknown;
  onClose(): void;
  children: ComponentChildren;
}

/** A dialog in which people type. Esc and a click beside it come easily, so neither takes away what was typed without asking. */
export function FormDialog(props: Props) {
  const { title, confirm, size, busy, isGone, isChanged, left = [], problem, onSubmit, onClose, children } = props;
  const id = useId();
  const [isLeaving, setLeaving] = useState(false);
  const leave = () => (isChanged && !isLeaving ? setLeaving(true) : onClose());
  return (
    <Dialog
      title={title}
      {...(size && { size })}
      onClose={leave}
      actions={
        <>
          <Button onClick={leave}>{isLeaving ? 'Discard changes' : 'Cancel'}</Button>
          <Button variant="primary" type="submit" form={id} busy={busy} disabled={isGone}>
            {confirm}
          </Button>
        </>
      }
    >
      {isGone && (
        <div role="alert">
          <Notice tone="danger">This was deleted meanwhile, so nothing can be saved. Copy what you typed.</Notice>
        </div>
      )}
      {isLeaving && !isGone && <Notice tone="warning">Your changes are not saved yet. Discard them, or save.</Notice>}
      <LeftTexts texts={left} />
      {problem && !isGone && (
        <div role="alert">
          <Notice tone="danger">{problem}</Notice>
        </div>
      )}
      <form
        id={id}
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void onSubmit();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}
