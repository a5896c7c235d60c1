import { Notice } from '../components/Notice.tsx';
import type { LeftText } from '../models/kept-form.ts';
import { fieldLabel } from './field-words.ts';

const labelOf = (path: string) => fieldLabel(path.split('.').at(-1) ?? path);

/** What somebody typed before another person changed the record: to be copied, since it may not belong there any more. */
export function LeftTexts({ texts }: { texts: readonly LeftText[] }) {
  if (texts.length === 0) return null;
  return (
    <Notice tone="warning">
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
