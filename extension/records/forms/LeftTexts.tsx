import { Button } from '../../ui/buttons/Button.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { fieldLabel } from '../words/field-words.ts';
import type { LeftText } from './kept-form.ts';

const labelOf = (path: string) => fieldLabel(path.split('.').at(-1) ?? path);

interface Props {
  texts: readonly LeftText[];
  /** Where no dialog around it can be closed. */
  onDiscard?: () => void;
}

/** What somebody typed before another person changed the record: to be copied, since it may not belong there any more. */
export function LeftTexts({ texts, onDiscard }: Props) {
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
