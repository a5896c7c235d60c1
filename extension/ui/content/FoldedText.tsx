import { formatNumber } from './number-format.ts';

interface Props {
  text: string;
  /** How many characters are shown while it is folded. */
  limit?: number | undefined;
  /** A part of it that is pointed out, once. */
  marked?: string | undefined;
}

function Marked({ text, marked }: { text: string; marked?: string | undefined }) {
  const at = marked ? text.indexOf(marked) : -1;
  if (!marked || at === -1) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <mark>{marked}</mark>
      {text.slice(at + marked.length)}
    </>
  );
}

/** A stored text as it is, character for character; one that is long is folded, with all of it on demand. */
export function FoldedText({ text, limit = 140, marked }: Props) {
  const characters = Array.from(text);
  if (characters.length <= limit) {
    return (
      <code class="folded-text" dir="ltr">
        <Marked text={text} marked={marked} />
      </code>
    );
  }
  return (
    <details class="folded-text">
      <summary>
        <code class="folded-beginning" dir="ltr">
          <Marked text={`${characters.slice(0, limit).join('')}…`} marked={marked} />
        </code>
        <span class="folded-more">All {formatNumber(characters.length)} characters</span>
      </summary>
      <code dir="ltr">
        <Marked text={text} marked={marked} />
      </code>
    </details>
  );
}
