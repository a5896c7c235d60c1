import { useState } from 'preact/hooks';
import { Button } from '../../ui/buttons/Button.tsx';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { FoldedText } from '../../ui/content/FoldedText.tsx';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import { SafeLink } from '../../ui/content/SafeLink.tsx';
import { Time } from '../../ui/content/Time.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Question } from '../../ui/overlays/Question.tsx';
import { countQuery } from './record-log.ts';
import type { Counted, SyncTour as Model } from './sync-tour.ts';

/** What the person asks the database themselves, past all our code. */
function OwnEyes({ counted, editorUrl }: { counted: Counted; editorUrl: string | null }) {
  const query = countQuery(counted.table);
  return (
    <div class="stack-tight">
      <p class="secondary">
        See it with your own eyes, past our code:{' '}
        {editorUrl ? (
          <SafeLink href={editorUrl}>Open Supabase Table Editor</SafeLink>
        ) : (
          'open the psql line that npm start prints'
        )}
        , and ask for the same count.
      </p>
      <div class="row nowrap own-query">
        <code class="mono grow" dir="ltr">
          {query}
        </code>
        <CopyButton text={query} label="Copy the query" />
      </div>
    </div>
  );
}

/** How many records there were before anything was written. */
export function Count({ model, editorUrl }: { model: Model; editorUrl: string | null }) {
  const before = model.before.value;
  if (!before) return null;
  return (
    <>
      <p>
        {countOf(before.records, 'record')}, counted in Postgres <Time iso={before.at} />. Rows derived from them, such
        as leads:index, are not among these.
      </p>
      <OwnEyes counted={before} editorUrl={editorUrl} />
    </>
  );
}

/** What writes new rows. */
export function Write({ model, isViewer }: { model: Model; isViewer: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const busy = model.busy.value;
  if (model.done.value.write) return <p>New in the change log: {countOf(model.appeared.value.length, 'record')}.</p>;
  return (
    <>
      <p>Press Seed Data, or send a lead from your own form. Each is one transaction.</p>
      <div class="row">
        <Button
          variant="primary"
          icon="seed"
          busy={busy === 'write'}
          disabled={isViewer}
          onClick={() => void model.write()}
        >
          Seed Data
        </Button>
        <Button variant="quiet" busy={busy === 'watch'} onClick={() => void model.look()}>
          Look for new rows
        </Button>
        <span role="status" class="secondary">
          {model.isNothingNew.value && busy === null && !model.isSeeded.value && 'No new rows yet.'}
        </span>
      </div>
      {model.isSeeded.value && (
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
export function Watch({ model }: { model: Model }) {
  const { before, after, difference, logged, appeared, elapsedMs } = model;
  if (!before.value || !after.value) return null;
  const isEqual = difference.value === logged.value;
  const within = elapsedMs.value === null ? '' : `, ${formatNumber(elapsedMs.value)} ms after the press`;
  return (
    <>
      <p>
        {formatNumber(before.value.records)} before, {formatNumber(after.value.records)} now. Added by the change log:{' '}
        {formatNumber(logged.value)}. Read back as stored: {formatNumber(appeared.value.length)}
        {within}.
      </p>
      {!isEqual && (
        <Notice tone="warning" actions={<Button onClick={() => void model.look()}>Count again</Button>}>
          The count and the change log do not agree. Somebody may be writing right now; if it stays so, rows were
          written past the log.
        </Notice>
      )}
      <p class="print-only">Texts of records are not printed.</p>
      <ul class="tour-rows" aria-label="New rows">
        {appeared.value.map(({ key, text }) => (
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
export function Verify({ model }: { model: Model }) {
  const checked = model.checked.value;
  return (
    <>
      <p>Check Sync compares the whole table with itself, and what is on your screen with what is stored.</p>
      <div class="row">
        <Button
          variant={checked?.state === 'synced' ? 'secondary' : 'primary'}
          busy={model.busy.value === 'verify'}
          onClick={() => void model.verify()}
        >
          Check Sync
        </Button>
      </div>
      {checked && <Notice tone={CHECK_TONES[checked.state]}>{checked.summary}</Notice>}
    </>
  );
}
