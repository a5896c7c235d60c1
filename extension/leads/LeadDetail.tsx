import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Change } from '../../shared/contract/changes.ts';
import type { Lead } from '../../shared/contract/lead.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { fieldLabel, NEEDS_ADMIN, readable, shown } from '../records/field-words.ts';
import { DeleteRecord } from '../records/opened/DeleteRecord.tsx';
import { Reach } from '../records/opened/Reach.tsx';
import { RecordConflict } from '../records/opened/RecordConflict.tsx';
import { RecordFrame } from '../records/opened/RecordFrame.tsx';
import { RecordLog } from '../records/opened/RecordLog.tsx';
import { StoredMark } from '../records/opened/StoredMark.tsx';
import { isRestored, transactionOf } from '../records/receipts/change-transaction.ts';
import { STATUS_WORDS, sourceWords, statusWords } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Avatar } from '../ui/content/Avatar.tsx';
import { Card } from '../ui/content/Card.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { SafeLink, safeHref } from '../ui/content/SafeLink.tsx';
import { Time } from '../ui/content/Time.tsx';
import { formatMoment } from '../ui/content/time-format.ts';
import { lazily } from '../ui/lazily.tsx';
import { Notice } from '../ui/messages/Notice.tsx';
import { Steps } from '../ui/navigation/Steps.tsx';
import { EditLead } from './EditLead.tsx';
import { LeadNotes } from './LeadNotes.tsx';
import { createLead, type LeadModel } from './lead.ts';
import type { Leads } from './leads.ts';

/** Shown above by themselves. */
const ELSEWHERE = new Set(['name', 'email', 'phone', 'status', 'message', 'notes', 'seed']);
const FIRST = [
  'source',
  'assignedTo',
  'interests',
  'budget',
  'roomType',
  'page',
  'referrer',
  'utm',
  'consent',
  'fields',
];

function shownValue(name: string, value: unknown) {
  if (name === 'createdAt' || name === 'updatedAt') return <Time iso={typeof value === 'string' ? value : null} />;
  if (name === 'source') return typeof value === 'string' ? sourceWords(value).label : readable(value);
  const href = name === 'page' || name === 'referrer' ? safeHref(String(value)) : null;
  if (href) return <SafeLink href={href}>{String(value)}</SafeLink>;
  return (
    <span class="prewrap" dir="auto">
      {readable(value)}
    </span>
  );
}

/** Every other field that the row carries, known or not: nothing stored is left out. */
function LeadFields({ lead }: { lead: Lead }) {
  const rest = Object.keys(lead).filter((name) => !ELSEWHERE.has(name) && !FIRST.includes(name));
  const names = [...FIRST.filter((name) => lead[name] !== undefined && lead[name] !== null), ...rest];
  return <KeyValue rows={names.map((name) => ({ label: fieldLabel(name), value: shownValue(name, lead[name]) }))} />;
}

/** How the lead was stored as far as its timeline tells; the digest of its receipt takes a request, and Verify makes it. */
function LeadStored({ history }: { history: readonly Change[] | null }) {
  const insert = history?.findLast(({ operation }) => operation === 'insert');
  if (!insert) return null;
  return (
    <p class="caption">
      Stored {formatMoment(insert.at)}
      {!isRestored(insert) && `, transaction ${transactionOf(insert)}`}, by the change log. The digest of its receipt
      was not read yet.
    </p>
  );
}

interface Props {
  workspace: Workspace;
  model: LeadModel;
  lead: Lead;
  canWrite: boolean;
}

/** A lead that buys becomes a user; one that is a user already says so and leads there. */
function ConvertLead({ workspace, model, lead, canWrite }: Props) {
  const userId = lead.convertedToUserId;
  const account = model.account.value;
  const isGone = account !== null && 'user' in account && account.user === null;
  if (userId && !isGone) {
    const found = account && 'user' in account ? account.user : null;
    return (
      <Notice
        tone={found ? 'good' : 'info'}
        actions={<Button onClick={() => workspace.navigation.openUser(userId)}>Open the user</Button>}
      >
        <p>
          {found ? (
            <>
              Converted: <bdi>{shown(found.name || found.email)}</bdi> is a user.
            </>
          ) : (
            <>Converted to {shown(userId)}.</>
          )}
          {account && 'problem' in account && ` That user could not be read: ${account.problem}`}
        </p>
      </Notice>
    );
  }
  return (
    <div class="row">
      {isGone && <p class="secondary">It was converted, but that user is not in the table any more.</p>}
      <Button
        icon="user"
        disabled={!canWrite}
        busy={model.saving.value === 'convert'}
        onClick={() => void model.convert()}
      >
        Convert
      </Button>
      <span class="caption">Makes a user of this lead, or finds the one with the same email.</span>
    </div>
  );
}

const LeadProof = lazily(() => import('../records/receipts/LeadProof.tsx').then((module) => module.LeadProof));

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

/** One lead in full: who, how far, what they wrote, what was noted and what happened. */
export function LeadDetail({ workspace, leads, id }: { workspace: Workspace; leads: Leads; id: string }) {
  const model = useMemo(() => createLead({ ...workspace, connectionId: workspace.connection.id, id }), [workspace, id]);
  useEffect(() => {
    const controller = new AbortController();
    leads.markOpened(id);
    void model.start(controller.signal);
    return () => controller.abort();
  }, [leads, model, id]);
  const [isDeleting, setDeleting] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const [proofs, setProofs] = useState(0);
  const lead = model.lead.value;
  const canWrite = workspace.session.value?.role !== 'viewer';
  const name = lead ? lead.name || lead.email : id;
  return (
    <RecordFrame
      noun="lead"
      title={name}
      picture={lead && <Avatar name={name} />}
      model={model}
      canWrite={canWrite}
      focus={workspace.navigation.focus}
      onBack={() => workspace.navigation.openLead(null)}
      form={lead && isEditing && <EditLead model={model} lead={lead} onClose={() => setEditing(false)} />}
      unread={model.hasUnsavedNote.value && <LeadNotes model={model} canWrite={canWrite && !model.isGone.value} />}
    >
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
          <LeadNotes model={model} canWrite={canWrite} />
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
          <div class="stack-tight">
            {proofs === 0 && <LeadStored history={model.history.value} />}
            <div class="row">
              <Button variant="quiet" icon="shield" disabled={!canWrite} onClick={() => setProofs(proofs + 1)}>
                Verify this lead
              </Button>
              {!canWrite && <span class="caption">{NEEDS_ADMIN}</span>}
            </div>
            {proofs > 0 && <LeadProof workspace={workspace} model={model} turn={proofs} />}
          </div>
          <div>
            <Button variant="danger" icon="trash" disabled={!canWrite} onClick={() => setDeleting(true)}>
              Delete lead
            </Button>
          </div>
          {isDeleting && (
            <DeleteRecord
              noun="lead"
              name={name}
              erased="is erased from the table, the index and the change log."
              row={lead}
              model={model}
              onClose={() => setDeleting(false)}
              onDeleted={() => workspace.navigation.openLead(null)}
            />
          )}
        </>
      )}
    </RecordFrame>
  );
}
