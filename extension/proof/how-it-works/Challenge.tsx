import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { NEEDS_ADMIN } from '../../records/field-words.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { FoldedText } from '../../ui/content/FoldedText.tsx';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import { SafeLink } from '../../ui/content/SafeLink.tsx';
import { Time } from '../../ui/content/Time.tsx';
import { VisuallyHidden } from '../../ui/content/VisuallyHidden.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Question } from '../../ui/overlays/Question.tsx';
import type { Check } from '../check/check.ts';
import type { CheckedWorkspace } from '../checked-workspace.ts';
import {
  CHALLENGE_STEPS,
  type ChallengeStep,
  countQuery,
  createChallenge,
  type Challenge as Model,
} from './challenge.ts';

interface StepProps {
  model: Model;
  editorUrl: string | null;
  isViewer: boolean;
}

/** How many records there were before anything was written, and how to count them past all our code. */
function Count({ model, editorUrl }: StepProps) {
  const { before } = model.seen.value;
  if (!before) return null;
  const query = countQuery(before.table);
  return (
    <>
      <p>
        {countOf(before.records, 'record')}, counted in Postgres <Time iso={before.at} />. Rows derived from them, such
        as leads:index, are not among these.
      </p>
      <p class="secondary">
        See it with your own eyes, past our code:{' '}
        {editorUrl ? (
          <SafeLink href={editorUrl}>Open Supabase Table Editor</SafeLink>
        ) : (
          'open the psql line that npm start prints'
        )}
        , and ask for the same count.
      </p>
      <p class="own-query">
        <code class="mono grow" dir="ltr">
          {query}
        </code>
        <CopyButton text={query} label="Copy the query" />
      </p>
    </>
  );
}

/** What writes new rows. */
function Write({ model, isViewer }: StepProps) {
  const [isAsking, setAsking] = useState(false);
  const busy = model.busy.value;
  const { appeared, isSeeded, isNothingNew } = model.seen.value;
  if (appeared.length > 0) return <p>New in the change log: {countOf(appeared.length, 'record')}.</p>;
  return (
    <>
      <p>Press Seed Data, or send a lead from your own form. Each is one transaction.</p>
      <div class="row">
        <Button variant="primary" icon="seed" busy={busy === 'write'} disabled={isViewer} onClick={model.write}>
          Seed Data
        </Button>
        <Button variant="quiet" busy={busy === 'watch'} onClick={model.look}>
          Look for new rows
        </Button>
        <span role="status" class="secondary">
          {isNothingNew && busy === null && !isSeeded && 'No new rows yet.'}
        </span>
      </div>
      {isSeeded && (
        <Notice
          tone="info"
          actions={
            <Button busy={busy === 'remove'} disabled={isViewer} onClick={() => setAsking(true)}>
              Remove demo data
            </Button>
          }
        >
          The demo data is there already, so nothing was written. Remove it and add it again, or send a lead.
        </Notice>
      )}
      {isAsking && (
        <Question
          title="Remove demo data?"
          confirm="Remove"
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void model.removeSeed();
          }}
        >
          <p>Only the records that Seed Data has made are erased. Then the rows are counted again.</p>
        </Question>
      )}
    </>
  );
}

/** The rows that were not there before, read back from the table. */
function Watch({ model }: StepProps) {
  const { before, after, logged, appeared, elapsedMs } = model.seen.value;
  if (!before || !after) return null;
  const within = elapsedMs === null ? '' : `, ${formatNumber(elapsedMs)} ms after the press`;
  return (
    <>
      <p>
        {formatNumber(before.records)} before, {formatNumber(after.records)} now. Added by the change log:{' '}
        {formatNumber(logged)}. Read back as stored: {formatNumber(appeared.length)}
        {within}.
      </p>
      {!model.done.value.watch && (
        <Notice tone="warning" actions={<Button onClick={model.look}>Count again</Button>}>
          The count and the change log do not agree. Somebody may be writing right now; if it stays so, rows were
          written past the log.
        </Notice>
      )}
      <p class="print-only">Texts of records are not printed.</p>
      <ul class="new-rows" aria-label="New rows">
        {appeared.map(({ key, text }) => (
          <li key={key}>
            <code dir="ltr">{key}</code>
            {text === null ? <span class="secondary">withheld</span> : <FoldedText text={text} limit={60} />}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Red is only what is wrong, not what could not be checked. */
const CHECK_TONES = { synced: 'good', drift: 'danger', pending: 'info', failed: 'warning' } as const;

/** The check itself. */
function Verify({ model }: StepProps) {
  const { checked } = model.seen.value;
  return (
    <>
      <p>Check Sync compares the whole table with itself, and what is on your screen with what is stored.</p>
      <div class="row">
        <Button
          variant={checked?.state === 'synced' ? 'secondary' : 'primary'}
          busy={model.busy.value === 'verify'}
          onClick={model.verify}
        >
          Check Sync
        </Button>
      </div>
      {checked && <Notice tone={CHECK_TONES[checked.state]}>{checked.summary}</Notice>}
    </>
  );
}

const STEPS: Record<ChallengeStep, { title: string; Content: (props: StepProps) => ComponentChildren }> = {
  count: { title: 'Note the row count', Content: Count },
  write: { title: 'Press Seed Data', Content: Write },
  watch: { title: 'Watch the rows appear', Content: Watch },
  verify: { title: 'Verify', Content: Verify },
};
const WORDS = { done: 'Done', current: 'Now', ahead: 'Later' };

interface Props {
  workspace: CheckedWorkspace;
  check: Check;
  isViewer: boolean;
}

/** The 30-second challenge. Each step is ticked by a comparison made just now, and by nothing else. */
export function Challenge({ workspace, check, isViewer }: Props) {
  const [model] = useState(() =>
    createChallenge({
      ...workspace,
      async check() {
        await check.checkAnew();
        return workspace.lastCheck.value;
      },
    }),
  );
  const step = model.step.value;
  const isStarted = model.seen.value.before !== null;
  const failure = model.failure.value;
  const root = useRef<HTMLElement>(null);

  useEffect(() => {
    const controller = new AbortController();
    model.follow(controller.signal);
    return () => {
      controller.abort();
      model.leave();
    };
  }, [model]);

  useEffect(() => {
    // Rows that come by themselves move nobody who is busy elsewhere.
    const { activeElement } = document;
    const isHere = root.current?.contains(activeElement) || activeElement === document.body;
    if (!isStarted || !isHere) return;
    root.current?.querySelector<HTMLElement>(step === null ? '[data-end]' : '[aria-current] h4')?.focus();
  }, [step, isStarted]);

  return (
    <section class="stack" aria-labelledby="challenge" ref={root}>
      <h3 id="challenge">The 30-second challenge</h3>
      <p class="secondary">Count the rows, write some, see them in the table itself, and compare.</p>
      {isViewer && <Notice tone="info">{NEEDS_ADMIN}</Notice>}
      {failure && (
        <Notice tone="warning">
          {failure.code === 'forbidden' ? NEEDS_ADMIN : failure.message} This step is not done.
        </Notice>
      )}
      {isStarted && (
        <ol class="check-steps plain-list">
          {CHALLENGE_STEPS.map((one) => {
            const { title, Content } = STEPS[one];
            const isDone = model.done.value[one];
            const state = isDone ? 'done' : one === step ? 'current' : 'ahead';
            return (
              <li
                key={one}
                class="check-step"
                data-tone={isDone ? 'good' : 'neutral'}
                aria-current={state === 'current' ? 'step' : undefined}
              >
                <span class="check-sign">
                  <Icon name={isDone ? 'circleCheck' : 'circle'} />
                </span>
                <div class="stack-tight grow">
                  <h4 tabIndex={-1}>
                    {title}
                    <VisuallyHidden> ({WORDS[state]})</VisuallyHidden>
                  </h4>
                  {state !== 'ahead' && <Content model={model} editorUrl={check.editorUrl.value} isViewer={isViewer} />}
                </div>
              </li>
            );
          })}
        </ol>
      )}
      {isStarted && step === null && (
        <p data-end tabIndex={-1} role="status">
          What you see is what is stored: you have just watched it being written, read back and compared.
        </p>
      )}
      <div class="row">
        <Button
          variant={isStarted ? 'secondary' : 'primary'}
          busy={model.busy.value === 'count'}
          disabled={isViewer}
          onClick={model.count}
        >
          {isStarted ? 'Start again' : 'Start the challenge'}
        </Button>
        {isStarted && (
          <Button variant="quiet" onClick={model.leave}>
            Leave
          </Button>
        )}
      </div>
    </section>
  );
}
