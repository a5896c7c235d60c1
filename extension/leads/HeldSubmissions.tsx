import { useEffect, useMemo, useState } from 'preact/hooks';
import type { HeldSubmission } from '../../shared/contract/capture.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { fieldLabel, readable } from '../records/field-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { IconButton } from '../ui/buttons/IconButton.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { formatNumber } from '../ui/content/number-format.ts';
import { Time } from '../ui/content/Time.tsx';
import { Badge } from '../ui/messages/Badge.tsx';
import { EmptyState } from '../ui/messages/EmptyState.tsx';
import { ErrorState } from '../ui/messages/ErrorState.tsx';
import { Skeleton } from '../ui/messages/Skeleton.tsx';
import { Dialog } from '../ui/overlays/Dialog.tsx';
import { createHeld, type Held as HeldModel } from './held-submissions.ts';

const REASONS = {
  decoy_filled: 'Filled a field that nobody sees',
  many_links: 'Many links in the message',
};

interface Props {
  workspace: Workspace;
  held: HeldModel;
  entry: HeldSubmission;
  onDelete(): void;
}

function Submission({ workspace, held, entry, onDelete }: Props) {
  const { session } = workspace;
  const { email, ...rest } = entry.submission;
  const isViewer = session.value?.role === 'viewer';
  const isBusy = held.busy.value === entry.id;
  return (
    <li class="card stack-tight">
      <div class="row spread">
        <strong class="truncate">
          <bdi>{readable(rest.name ?? email)}</bdi>
        </strong>
        <span class="caption">
          <Time iso={entry.heldAt} />
        </span>
      </div>
      <div class="row">
        {entry.reasons.map((reason) => (
          <Badge key={reason} tone="warning" icon="shield">
            {REASONS[reason]}
          </Badge>
        ))}
      </div>
      <KeyValue
        rows={Object.entries({ email, ...rest }).map(([name, value]) => ({
          label: fieldLabel(name),
          value: (
            <span class="prewrap" dir="auto">
              {readable(value)}
            </span>
          ),
        }))}
      />
      <div class="row">
        <Button
          variant="primary"
          icon="check"
          busy={isBusy}
          disabled={isViewer}
          onClick={() => void held.release(entry.id)}
        >
          Release
        </Button>
        <Button variant="danger" icon="trash" disabled={isViewer || isBusy} onClick={onDelete}>
          Delete
        </Button>
      </div>
    </li>
  );
}

/** Submissions that looked suspicious. Nothing is thrown away by itself: a person decides. */
export function Held({ workspace }: { workspace: Workspace }) {
  const { navigation } = workspace;
  const held = useMemo(() => createHeld(workspace), [workspace]);
  const [deleting, setDeleting] = useState<string | null>(null);
  useEffect(() => {
    void held.load();
  }, [held]);
  const list = held.held.value;
  const failure = held.failure.value;
  return (
    <div class="screen stack">
      <div class="row nowrap">
        <IconButton icon="back" label="Back to the list" onClick={() => navigation.show('leads')} />
        <h1>Held for review</h1>
        {list && <Badge tone="neutral">{formatNumber(held.total.value)}</Badge>}
      </div>
      <p class="secondary">
        These submissions looked suspicious. They are stored, but no leads until somebody releases them.
      </p>
      {failure && (
        <ErrorState
          title={failure.message}
          {...(failure.code && { code: failure.code })}
          {...(failure.requestId && { requestId: failure.requestId })}
          onRetry={() => void held.load()}
        />
      )}
      {!list && !failure && <Skeleton shape="card" count={2} label="Loading" />}
      {list?.length === 0 && (
        <EmptyState icon="shield" title="Nothing is held. Suspicious submissions would wait here." />
      )}
      {list && list.length > 0 && (
        <ul class="plain-list stack">
          {list.map((entry) => (
            <Submission
              key={entry.id}
              workspace={workspace}
              held={held}
              entry={entry}
              onDelete={() => setDeleting(entry.id)}
            />
          ))}
        </ul>
      )}
      {held.nextCursor.value && <Button onClick={() => void held.loadMore()}>Show more</Button>}
      {deleting && (
        <Dialog
          title="Delete this submission for good?"
          size="small"
          onClose={() => setDeleting(null)}
          actions={
            <>
              <Button data-autofocus onClick={() => setDeleting(null)}>
                Cancel
              </Button>
              <Button
                variant="danger"
                onClick={() => {
                  void held.remove(deleting);
                  setDeleting(null);
                }}
              >
                Delete for good
              </Button>
            </>
          }
        >
          <p>It never becomes a lead, and there is no way back.</p>
        </Dialog>
      )}
    </div>
  );
}
