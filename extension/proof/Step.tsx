import type { ComponentChildren } from 'preact';
import { shown } from '../records/field-words.ts';
import { CopyButton } from '../ui/buttons/CopyButton.tsx';
import { Disclosure } from '../ui/content/Disclosure.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { formatNumber } from '../ui/content/number-format.ts';
import { SafeLink } from '../ui/content/SafeLink.tsx';
import { formatClock } from '../ui/content/time-format.ts';
import { VisuallyHidden } from '../ui/content/VisuallyHidden.tsx';
import { Icon } from '../ui/icons/Icon.tsx';
import { Progress } from '../ui/messages/Progress.tsx';
import type { Evidence, Step } from './step.ts';

const SIGNS = {
  unchecked: { icon: 'circle', tone: 'neutral', word: 'Not checked' },
  running: { icon: 'refresh', tone: 'neutral', word: 'Checking' },
  failed: { icon: 'alert', tone: 'warning', word: 'Not checked' },
  pending: { icon: 'clock', tone: 'info', word: 'Pending' },
  passed: { icon: 'circleCheck', tone: 'good', word: 'In order' },
  wrong: { icon: 'circleX', tone: 'danger', word: 'Not in order' },
  past: { icon: 'clock', tone: 'neutral', word: 'In order when it was checked' },
} as const;

/** A sentence of ours or of the API: commands and addresses stand between backticks. */
function Words({ text }: { text: string }) {
  return (
    <>
      {text.split('`').map((part, at) => {
        if (at % 2 === 0) return part;
        if (part.startsWith('http')) return <SafeLink href={part}>{part}</SafeLink>;
        return (
          <>
            <code dir="ltr">{part}</code>
            {part.includes(' ') && <CopyButton text={part} label={`Copy ${part}`} />}
          </>
        );
      })}
    </>
  );
}

interface Props {
  id: string;
  name: string;
  step: Omit<Step, 'result' | 'failure'>;
  /** Whether what was found says nothing of now any more. */
  isPast: boolean;
  /** What came of it, in a few words. */
  sentence: string;
  /** What else is to be seen at once. */
  children?: ComponentChildren;
  /** What it was concluded from; folded away unless `isOpen`. */
  evidence?: ComponentChildren;
  isOpen?: boolean;
}

/** One comparison, with its own progress, time and evidence. */
export function StepItem({ id, name, step, isPast, sentence, children, evidence, isOpen = false }: Props) {
  const { state, at, ms, progress } = step;
  const { icon, tone, word } = SIGNS[state === 'passed' && isPast ? 'past' : state];
  const isRunning = state === 'running';
  const took = ms === null ? '' : `${formatNumber(ms)} ms`;
  return (
    <li class="check-step" data-step={id} data-tone={tone} data-state={state}>
      <span class="check-sign">
        <Icon name={icon} />
        <VisuallyHidden>{word}:</VisuallyHidden>
      </span>
      <div class="stack-tight grow">
        <div class="row spread nowrap">
          <h3>{name}</h3>
          <span class="caption">{at === null ? took : `${formatClock(at)} · ${took}`}</span>
        </div>
        {isRunning && progress && <Progress label="Rows compared" value={progress.value} max={progress.max} />}
        {(isRunning ? !progress : sentence.trim()) && (
          <p class={state === 'wrong' ? 'wrap-anywhere' : 'secondary wrap-anywhere'}>
            <Words text={isRunning ? 'Checking' : sentence} />
          </p>
        )}
        {children}
        {!isRunning && evidence && (
          <Disclosure summary="Evidence" open={isOpen}>
            {evidence}
          </Disclosure>
        )}
      </div>
    </li>
  );
}

/** What was looked at. Of a digest one sees the beginning and copies all of it. */
export function EvidenceList({ rows }: { rows: readonly Evidence[] }) {
  return (
    <KeyValue
      rows={rows.map(({ label, found, ok, digest }) => ({
        label,
        value: (
          <span class="evidence" data-ok={ok}>
            {ok !== null && <Icon name={ok ? 'check' : 'close'} size={12} />}
            <span class="wrap-anywhere">
              {ok === false && <VisuallyHidden>Wrong: </VisuallyHidden>}
              {found}{' '}
              {digest && (
                <span class="digest">
                  <code class="mono" title={digest}>
                    {digest.slice(0, 16)}…
                  </code>
                  <CopyButton text={digest} label={`Copy the sum of ${label}`} />
                </span>
              )}
            </span>
          </span>
        ),
      }))}
    />
  );
}

/** What to do about a fault. The statements that stand in it stand out, and each can be copied. */
export function Remedy({ text, statements = [] }: { text: string; statements?: readonly string[] }) {
  const [statement, ...others] = statements;
  const [before = '', ...after] = statement === undefined ? [text] : text.split(statement);
  return (
    <div class="remedy">
      {before.trim() && (
        <p>
          <Words text={before} />
        </p>
      )}
      {statement !== undefined && (
        <p class="remedy-statement">
          <code dir="ltr">{statement}</code>
          <CopyButton text={statement} label="Copy the statement" />
        </p>
      )}
      {statement !== undefined && <Remedy text={after.join(statement)} statements={others} />}
    </div>
  );
}

/** As many keys as are read without scrolling on; the others are folded away. */
const AT_ONCE = 3;

function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <ul class="finding-keys plain-list">
      {keys.map((key) => (
        <li key={key} class="row nowrap">
          <code class="mono grow">{shown(key)}</code>
          <CopyButton text={key} label={`Copy ${shown(key)}`} />
        </li>
      ))}
    </ul>
  );
}

/** Where a fault is: the keys that are named, each to be copied, and how many more there are. */
export function Where({ keys, count }: { keys: readonly string[]; count: number }) {
  const rest = keys.slice(AT_ONCE);
  const unnamed = count - keys.length;
  return (
    <>
      {keys.length > 0 && <Keys keys={keys.slice(0, AT_ONCE)} />}
      {rest.length > 0 && (
        <Disclosure summary={`${formatNumber(rest.length)} more`}>
          <Keys keys={rest} />
        </Disclosure>
      )}
      {unnamed > 0 && keys.length > 0 && <p class="caption">and {formatNumber(unnamed)} that are not named here</p>}
    </>
  );
}
