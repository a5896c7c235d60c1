import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Lead } from '../../shared/lead.ts';
import { Avatar } from '../components/Avatar.tsx';
import { Badge } from '../components/Badge.tsx';
import { Button } from '../components/Button.tsx';
import { Card } from '../components/Card.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { IconButton } from '../components/IconButton.tsx';
import { Notice } from '../components/Notice.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { Steps } from '../components/Steps.tsx';
import { createLead, type LeadModel } from '../models/lead.ts';
import type { Workspace } from '../models/workspace.ts';
import { ConvertLead } from './ConvertLead.tsx';
import { DeleteRecord } from './DeleteRecord.tsx';
import { EditLead } from './EditLead.tsx';
import { LeadFields } from './LeadFields.tsx';
import { LeadNotes } from './LeadNotes.tsx';
import { STATUS_WORDS, statusWords } from './lead-words.ts';
import { Reach } from './Reach.tsx';
import { RecordConflict } from './RecordConflict.tsx';
import { RecordLog } from './RecordLog.tsx';
import { StoredMark } from './StoredMark.tsx';

interface Props {
  workspace: Workspace;
  model: LeadModel;
}

/** Whether a save was one of the details: status and notes have a mark of their own. */
const isEdit = (field: string | undefined) => field !== undefined && field !== 'status' && field !== 'notes';

function Status({ model, lead, canWrite }: { model: LeadModel; lead: Lead; canWrite: boolean }) {
  const { saving } = model;
  return (
    <div class="stack-tight">
      <Steps
        label="Status"
        current={lead.status ?? ''}
        disabled={!canWrite || saving.value !== null}
        {...(saving.value === 'status' && { busyValue: lead.status ?? '' })}
        steps={Object.entries(STATUS_WORDS).map(([value, { label, tone }]) => ({ value, label, tone }))}
        onSelect={(status) =>
          status !== lead.status && void model.save({ status: status as keyof typeof STATUS_WORDS & 'new' })
        }
      />
      <StoredMark stored={model.stored.value} field="status" />
    </div>
  );
}

function Top({ workspace, model }: Props) {
  const { view } = workspace;
  const lead = model.lead.value;
  return (
    <div class="row nowrap detail-top">
      <IconButton icon="back" label="Back to the list" onClick={() => view.openLead(null)} />
      {lead && <Avatar name={lead.name || lead.email} />}
      <h1 class="detail-name" tabIndex={-1}>
        <bdi>{lead ? lead.name || lead.email : model.id}</bdi>
      </h1>
      {lead?.seed && <Badge tone="neutral">Demo</Badge>}
    </div>
  );
}

/** One lead in full: who, how far, what they wrote, what was noted and what happened. */
export function LeadDetail({ workspace, id }: { workspace: Workspace; id: string }) {
  const model = useMemo(() => createLead({ ...workspace, connectionId: workspace.connection.id, id }), [workspace, id]);
  useEffect(() => {
    const controller = new AbortController();
    workspace.leads.markOpened(id);
    void model.start(controller.signal);
    return () => controller.abort();
  }, [workspace, model, id]);
  const root = useRef<HTMLDivElement>(null);
  const isThere = model.lead.value !== null;
  useEffect(() => {
    const target = workspace.view.focus.peek();
    if (!isThere || target === null) return;
    workspace.view.focus.value = null;
    const selector = target === 'status' ? '[role=radio][tabindex="0"]' : 'h1';
    root.current?.querySelector<HTMLElement>(selector)?.focus();
  }, [isThere, workspace]);
  const [isDeleting, setDeleting] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const lead = model.lead.value;
  const failure = model.failure.value;
  const canWrite = workspace.session.value?.role !== 'viewer';

  if (model.isGone.value) {
    return (
      <div class="screen stack">
        <Top workspace={workspace} model={model} />
        <EmptyState icon="trash" title="This lead is not in the table any more. Somebody deleted it.">
          <Button onClick={() => workspace.view.openLead(null)}>Back to the list</Button>
        </EmptyState>
        {model.hasUnsavedNote.value && <LeadNotes model={model} canWrite={false} />}
      </div>
    );
  }
  return (
    <div class="screen stack lead-detail" ref={root}>
      <Top workspace={workspace} model={model} />
      {failure && (
        <ErrorState
          title={failure.message}
          consequence={lead ? 'What you see was read before.' : 'Nothing is shown that was not read.'}
          {...(failure.code && { code: failure.code })}
          {...(failure.requestId && { requestId: failure.requestId })}
          onRetry={() => void model.read()}
        />
      )}
      {!lead && !failure && <Skeleton shape="lines" count={8} label="Loading the lead" />}
      {!canWrite && (
        <Notice tone="info">You may read but not change anything. Ask whoever runs this CRM for the role admin.</Notice>
      )}
      {lead && (
        <>
          <Reach email={lead.email} phone={lead.phone} />
          <RecordConflict noun="lead" model={model} />
          <Status model={model} lead={lead} canWrite={canWrite} />
          <ConvertLead workspace={workspace} model={model} lead={lead} canWrite={canWrite} />
          {lead.message && (
            <Card title="Message">
              <p class="prewrap" dir="auto">
                {lead.message}
              </p>
            </Card>
          )}
        </>
      )}
      {(lead || model.hasUnsavedNote.value) && <LeadNotes model={model} canWrite={canWrite} />}
      {lead && (
        <>
          <Card
            title="Details"
            actions={
              <Button variant="quiet" icon="edit" disabled={!canWrite} onClick={() => setEditing(true)}>
                Edit
              </Button>
            }
          >
            <LeadFields lead={lead} />
            {isEdit(model.stored.value?.field) && (
              <StoredMark stored={model.stored.value} field={model.stored.value?.field ?? ''} />
            )}
          </Card>
          <RecordLog noun="lead" begin="Received" model={model} statusLabel={(status) => statusWords(status).label} />
          <div>
            <Button variant="danger" icon="trash" disabled={!canWrite} onClick={() => setDeleting(true)}>
              Delete lead
            </Button>
          </div>
          {isEditing && <EditLead model={model} lead={lead} onClose={() => setEditing(false)} />}
          {isDeleting && (
            <DeleteRecord
              noun="lead"
              name={lead.name || lead.email}
              erased="is erased from the table, the index and the change log."
              row={lead}
              model={model}
              onClose={() => setDeleting(false)}
              onDeleted={() => workspace.view.openLead(null)}
            />
          )}
        </>
      )}
    </div>
  );
}
