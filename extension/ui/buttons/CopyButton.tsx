import { useEffect, useState } from 'preact/hooks';
import { VisuallyHidden } from '../content/VisuallyHidden.tsx';
import { IconButton } from './IconButton.tsx';

interface Props {
  text: string;
  /** What it does: "Copy the address". */
  label: string;
}

/** How long the answer stays, in milliseconds. */
const STAY = 2000;

const ANSWERS = { idle: '', copied: 'Copied', refused: 'The browser refused to copy' };

/** Puts a text on the clipboard and says so, or says that it could not. */
export function CopyButton({ text, label }: Props) {
  const [state, setState] = useState<keyof typeof ANSWERS>('idle');

  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(setState, STAY, 'idle');
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('refused');
    }
  };

  return (
    <span class="copy-button" data-state={state}>
      <IconButton
        icon={state === 'copied' ? 'check' : state === 'refused' ? 'circleX' : 'copy'}
        label={label}
        onClick={copy}
      />
      {state !== 'idle' && (
        <span class="copy-answer" aria-hidden="true">
          {ANSWERS[state]}
        </span>
      )}
      <span role="status">
        <VisuallyHidden>{ANSWERS[state]}</VisuallyHidden>
      </span>
    </span>
  );
}
