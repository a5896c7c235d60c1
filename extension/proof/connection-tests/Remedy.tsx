import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { SafeLink } from '../../ui/content/SafeLink.tsx';

const SQL = /^(.*\bin SQL(?: for each)?: )(.+;)(.*)$/;
/** Commands between backticks, and addresses. */
const PARTS = /`([^`]+)`|(https?:\/\/[^\s:;,]+(?::\d+)?[^\s:;,.]*)/;

function Words({ text }: { text: string }) {
  const found = PARTS.exec(text);
  if (!found) return <>{text}</>;
  const [whole, command, address] = found;
  return (
    <>
      {text.slice(0, found.index)}
      {command ? <code dir="ltr">{command}</code> : <SafeLink href={address}>{address}</SafeLink>}
      {command?.includes(' ') && <CopyButton text={command} label={`Copy ${command}`} />}
      <Words text={text.slice(found.index + whole.length)} />
    </>
  );
}

function Line({ line }: { line: string }) {
  const [, before = line, statement, after] = SQL.exec(line) ?? [];
  return (
    <div class="remedy-line">
      <p>
        <Words text={before} />
      </p>
      {statement && (
        <p class="remedy-statement">
          <code dir="ltr">{statement}</code>
          <CopyButton text={statement} label="Copy the statement" />
        </p>
      )}
      {after?.trim() && (
        <p>
          <Words text={after} />
        </p>
      )}
    </div>
  );
}

/** What to do about a fault, a line each; what is to be typed stands out and can be copied. */
export function Remedy({ text }: { text: string }) {
  return (
    <div class="remedy">
      {text.split('\n').map((line) => (
        <Line key={line} line={line} />
      ))}
    </div>
  );
}
