import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RecordKind } from '../../platform/workspace/live.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { IconButton } from '../../ui/buttons/IconButton.tsx';
import { Badge } from '../../ui/messages/Badge.tsx';
import { EmptyState } from '../../ui/messages/EmptyState.tsx';
import { ErrorState } from '../../ui/messages/ErrorState.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Skeleton } from '../../ui/messages/Skeleton.tsx';
import type { Failure, SavedRecord } from './record.ts';

interface Props {
  noun: RecordKind;
  title: string;
  picture?: ComponentChildren;
  model: {
    row: { readonly value: SavedRecord | null };
    failure: { readonly value: Failure | null };
    isGone: { readonly value: boolean };
    read(): Promise<void>;
  };
  canWrite: boolean;
  /** Where the keyboard goes once the record is there; taken once. */
  focus: Signal<'heading' | 'status' | null>;
  onBack(): void;
  /** Stands where the record would, while there is none to show. */
  unread?: ComponentChildren;
  /** The form that is open: it stays when the record is deleted, with what was typed. */
  form?: ComponentChildren;
  children: ComponentChildren;
}

/** What every opened record has around it: the way back, the name, and what became of reading it. */
export function RecordFrame(props: Props) {
  const { noun, title, picture, model, canWrite, focus, onBack, unread, form, children } = props;
  const row = model.row.value;
  const failure = model.failure.value;
  const isGone = model.isGone.value;
  const root = useRef<HTMLDivElement>(null);
  const isThere = row !== null;
  useEffect(() => {
    const target = focus.peek();
    if (!isThere || target === null) return;
    focus.value = null;
    const selector = target === 'status' ? '[role=radio][tabindex="0"]' : 'h1';
    root.current?.querySelector<HTMLElement>(selector)?.focus();
  }, [isThere, focus]);
  return (
    <div class="screen stack" ref={root}>
      <div class="row nowrap detail-top">
        <IconButton icon="back" label="Back to the list" onClick={onBack} />
        {picture}
        <h1 class="detail-name" tabIndex={-1}>
          <bdi>{title}</bdi>
        </h1>
        {row?.seed === true && <Badge tone="neutral">Demo</Badge>}
      </div>
      {isGone && (
        <EmptyState
          icon="trash"
          title={`This ${noun} is not in the table any more. It was deleted, or this is another table than before.`}
        >
          <Button onClick={onBack}>Back to the list</Button>
        </EmptyState>
      )}
      {failure && !isGone && (
        <ErrorState
          title={failure.message}
          consequence={row ? 'What you see was read before.' : 'Nothing is shown that was not read.'}
          {...(failure.code && { code: failure.code })}
          {...(failure.requestId && { requestId: failure.requestId })}
          onRetry={() => void model.read()}
        />
      )}
      {!row && !failure && <Skeleton shape="lines" count={8} label={`Loading the ${noun}`} />}
      {!isGone && !canWrite && (
        <Notice tone="info">You may read but not change anything. Ask whoever runs this CRM for the role admin.</Notice>
      )}
      {isGone || !row ? unread : children}
      {form}
    </div>
  );
}
