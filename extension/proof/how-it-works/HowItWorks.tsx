import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { LastCheck } from '../../platform/workspace/workspace.ts';
import { NEEDS_ADMIN } from '../../records/field-words.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { FoldedText } from '../../ui/content/FoldedText.tsx';
import { formatNumber } from '../../ui/content/number-format.ts';
import { Time } from '../../ui/content/Time.tsx';
import { Badge } from '../../ui/messages/Badge.tsx';
import { ErrorState } from '../../ui/messages/ErrorState.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Skeleton } from '../../ui/messages/Skeleton.tsx';
import type { Check } from '../check/check.ts';
import type { CheckedWorkspace } from '../checked-workspace.ts';
import { Challenge } from './Challenge.tsx';
import { flowOf } from './flow.ts';
import { type Capture, createLastCapture, type ShownRow } from './last-capture.ts';

interface Props {
  workspace: CheckedWorkspace;
  check: Check;
  isViewer: boolean;
}

const TITLES: Record<LastCheck['state'], string> = {
  synced: 'From the form to this screen, as the last check found it',
  drift: 'The last check found drift',
  pending: 'The last check could not compare everything: rows were being written',
  failed: 'The last check failed',
};

/** Through which places a lead goes, with the figures of the last check on the ways between them. */
function Flow({ workspace, check }: Props) {
  const last = workspace.lastCheck.value;
  const outdated = workspace.outdated.value;
  const backend = workspace.live.backend.value;
  const screen = check.steps.screen.value.result;
  const { stages, arrows } = flowOf({
    isFresh: last?.state === 'synced' && outdated === null,
    findings: check.findings.value,
    report: check.steps.report.value.result,
    screen: screen && {
      equal: screen.compared,
      differing: screen.findings.reduce((sum, { count }) => sum + count, 0),
      pending: screen.pending.length,
    },
    latencyMs: backend.state === 'connected' ? backend.latencyMs : null,
    host: new URL(workspace.connection.url).host,
  });
  const title = last ? TITLES[last.state] : 'From the form to this screen';
  return (
    <section class="stack-tight" aria-labelledby="flow">
      <h3 id="flow">{last && outdated ? `${title}; not checked since` : title}</h3>
      <ol class="flow plain-list">
        {stages.flatMap(({ name, detail, note }, at) => {
          const arrow = arrows[at];
          return [
            <li key={name} class="flow-stage">
              <strong>{name}</strong>
              <span class="caption">{detail}</span>
              {note && <span class="caption">{note}</span>}
            </li>,
            arrow && (
              <li key={arrow.action} class="flow-way" data-tone={arrow.tone} data-unchecked={arrow.figure === null}>
                <span class="caption">{arrow.action}</span>
                <span class="flow-figure">{arrow.figure ?? 'not checked'}</span>
              </li>
            ),
          ];
        })}
      </ol>
    </section>
  );
}

interface RowsProps {
  title: string;
  source: ComponentChildren;
  rows: readonly ShownRow[];
  capture: Capture;
  isNow: boolean;
}

function Rows({ title, source, rows, capture: { leadId, total }, isNow }: RowsProps) {
  return (
    <div class="stored-rows">
      <table>
        <caption>
          <strong>{title}</strong> <span class="secondary">{source}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">key</th>
            <th scope="col">value</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, text, before, mark }) => {
            const shown = isNow ? text : before;
            return (
              <tr key={key} data-mark={isNow ? mark : null}>
                <th scope="row">
                  <code dir="ltr">{key}</code>
                  {isNow && mark === 'updated' && <Badge tone="info">UPDATED</Badge>}
                  {isNow && mark === 'new' && <Badge tone="good">NEW ROW</Badge>}
                </th>
                <td>
                  {shown === null ? (
                    <span class="secondary">Withheld: it holds a secret of an older install.</span>
                  ) : (
                    <FoldedText
                      text={shown}
                      marked={isNow && mark === 'updated' ? JSON.stringify(leadId) : undefined}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="secondary">
        Total Leads: <strong>{formatNumber(isNow ? total : total - 1)}</strong>{' '}
        {isNow && <Badge tone="info">UPDATED</Badge>}
      </p>
    </div>
  );
}

/** The rows of the table around the lead that came last, as text: what its capture has written is marked in words. */
function BeforeAfter({ workspace, isViewer }: Props) {
  const [model] = useState(() => createLastCapture(workspace));
  const capture = model.capture.value;
  const failure = model.failure.value;
  useEffect(() => {
    if (isViewer) return;
    const controller = new AbortController();
    void model.start(controller.signal);
    return () => controller.abort();
  }, [model, isViewer]);
  return (
    <section class="stack" aria-labelledby="before-after">
      <div class="row spread">
        <h3 id="before-after">The rows now, with and without the last lead</h3>
        <Button
          variant="quiet"
          icon="refresh"
          busy={model.isReading.value}
          disabled={isViewer}
          onClick={() => void model.read()}
        >
          Read again
        </Button>
      </div>
      {isViewer && <Notice tone="info">{NEEDS_ADMIN} No row was read, so none is shown.</Notice>}
      {failure && !isViewer && (
        <ErrorState
          title={failure.code === 'forbidden' ? NEEDS_ADMIN : failure.message}
          consequence={capture ? 'The rows below are from before.' : 'No row was read, so none is shown.'}
          {...(failure.code && { code: failure.code })}
          {...(failure.requestId && { requestId: failure.requestId })}
        />
      )}
      {capture === null && !failure && !isViewer && <Skeleton shape="lines" count={4} label="Reading the rows" />}
      {capture === 'none' && <p class="secondary">No lead is stored yet: there is nothing to show here.</p>}
      {capture !== null && capture !== 'none' && (
        <>
          {!capture.isIndexed && (
            <Notice tone="warning">
              leads:index does not name this lead. An older lead may stand in one of its segments; Check Sync tells.
            </Notice>
          )}
          <div class="before-after">
            <Rows
              title="Without this lead"
              source="The same rows of now, without what storing it has written"
              rows={capture.rows.filter(({ mark }) => mark !== 'new')}
              capture={capture}
              isNow={false}
            />
            <Rows
              title="With this lead"
              source={
                <>
                  Read from Postgres <Time iso={capture.asOf} />
                </>
              }
              rows={capture.rows}
              capture={capture}
              isNow
            />
          </div>
        </>
      )}
      <p class="print-only">Texts of records are not printed.</p>
    </section>
  );
}

/** What "sync" means here, drawn with the figures of the last check, and how to see it for oneself. */
export function HowItWorks(props: Props) {
  return (
    <div class="stack">
      <section class="stack-tight" aria-labelledby="sync-meaning">
        <h3 id="sync-meaning">What “sync” means here</h3>
        <ul class="plain-words">
          <li>Every write goes directly into one Postgres table, and is acknowledged after COMMIT.</li>
          <li>Every read comes directly from that table. There is no cache.</li>
          <li>No queue, no background sync, no lead in this browser’s storage: there is nothing to upload later.</li>
          <li>Nothing here is green until it was compared. What was not compared says “not checked”.</li>
        </ul>
      </section>
      <Flow {...props} />
      <BeforeAfter {...props} />
      <Challenge {...props} />
    </div>
  );
}
