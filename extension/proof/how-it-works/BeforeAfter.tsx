import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { NEEDS_ADMIN } from '../../records/field-words.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { FoldedText } from '../../ui/content/FoldedText.tsx';
import { formatNumber } from '../../ui/content/number-format.ts';
import { Time } from '../../ui/content/Time.tsx';
import { Badge } from '../../ui/messages/Badge.tsx';
import { ErrorState } from '../../ui/messages/ErrorState.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Skeleton } from '../../ui/messages/Skeleton.tsx';
import type { Capture, LastCapture, ShownRow } from './last-capture.ts';

function Row({ row, leadId }: { row: ShownRow; leadId: string }) {
  return (
    <tr data-mark={row.mark ?? undefined}>
      <th scope="row">
        <code dir="ltr">{row.key}</code>
        {row.mark === 'updated' && <Badge tone="info">UPDATED</Badge>}
        {row.mark === 'new' && <Badge tone="good">NEW ROW</Badge>}
      </th>
      <td>
        {row.text === null ? (
          <span class="secondary">Withheld: it holds a secret of an older install.</span>
        ) : (
          <FoldedText text={row.text} marked={row.mark === 'updated' ? JSON.stringify(leadId) : undefined} />
        )}
      </td>
    </tr>
  );
}

interface TableProps {
  title: string;
  source: ComponentChildren;
  rows: readonly ShownRow[];
  leadId: string;
  total: number;
  isUpdated?: boolean;
}

function RowsTable({ title, source, rows, leadId, total, isUpdated = false }: TableProps) {
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
          {rows.map((row) => (
            <Row key={row.key} row={row} leadId={leadId} />
          ))}
        </tbody>
      </table>
      <p class="secondary">
        Total Leads: <strong>{formatNumber(total)}</strong> {isUpdated && <Badge tone="info">UPDATED</Badge>}
      </p>
    </div>
  );
}

function Tables({ capture }: { capture: Capture }) {
  const { leadId, before, after, total, asOf, isIndexed } = capture;
  return (
    <>
      {!isIndexed && (
        <Notice tone="warning">
          leads:index does not name this lead. An older lead may stand in one of its segments; Check Sync tells.
        </Notice>
      )}
      <div class="before-after">
        <RowsTable
          title="Without this lead"
          source="The same rows of now, without what storing it has written"
          rows={before}
          leadId={leadId}
          total={total - 1}
        />
        <RowsTable
          title="With this lead"
          source={
            <>
              Read from Postgres <Time iso={asOf} />
            </>
          }
          rows={after}
          leadId={leadId}
          total={total}
          isUpdated
        />
      </div>
    </>
  );
}

interface Props {
  model: LastCapture;
  isViewer: boolean;
}

/** The rows of the table around the lead that came last, as text: what its capture has written is marked in words. */
export function BeforeAfter({ model, isViewer }: Props) {
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
      {capture !== null && capture !== 'none' && <Tables capture={capture} />}
      <p class="print-only">Texts of records are not printed.</p>
    </section>
  );
}
