import { useEffect, useMemo } from 'preact/hooks';
import type { Lead } from '../../../shared/contract/lead.ts';
import type { Freshness } from '../../platform/workspace/freshness.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { formatMoment } from '../../ui/content/time-format.ts';
import { Icon } from '../../ui/icons/Icon.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { fieldLabel } from '../field-words.ts';
import { createLeadProof, type LeadVerdict } from './lead-proof.ts';
import { NotSince, useFreshness } from './NotSince.tsx';
import { ReceiptVerdict } from './ReceiptVerdict.tsx';

interface ProvenProps {
  digest: string;
  verdict: LeadVerdict;
  freshness: Freshness;
}

function Proven({ digest, verdict, freshness }: ProvenProps) {
  const { storedAt, writtenAt, transactionId, isAcknowledged, detail } = verdict;
  const isPast = freshness.isPast.value;
  const isGreen = isAcknowledged && !isPast;
  return (
    <div class="row nowrap" data-testid="lead-proof">
      <p class="stored-mark caption" data-tone={isGreen ? 'good' : 'neutral'}>
        <Icon name={isGreen ? 'check' : isPast ? 'clock' : 'info'} size={12} />
        <span class="wrap-anywhere">
          {isAcknowledged ? 'Verified, as it was acknowledged' : 'Stored'}
          <NotSince freshness={freshness} />
          <br />
          {detail}
          <br />
          Last written {formatMoment(writtenAt ?? storedAt ?? '')}
          {transactionId ? `, transaction ${transactionId}` : ', before the change log'}, digest{' '}
          <span class="mono">{digest.slice(0, 8)}…</span>
        </span>
      </p>
      <CopyButton text={digest} label="Copy the digest" />
    </div>
  );
}

interface Props {
  workspace: Workspace;
  /** The opened lead: what is shown of it, and how it is read again. */
  model: { id: string; lead: { readonly value: Lead | null }; read(): Promise<void> };
  /** Each other number is a wish to verify anew. */
  turn: number;
}

/** What verifying the opened lead has found: one line when all agrees, else what does not. */
export function LeadProof({ workspace, model, turn }: Props) {
  const proof = useMemo(
    () => createLeadProof({ api: workspace.api, id: model.id, shown: () => model.lead.value, read: model.read }),
    [workspace, model],
  );
  useFreshness(proof.freshness, workspace);
  useEffect(() => {
    const controller = new AbortController();
    if (turn > 0) void proof.verify(controller.signal);
    return () => controller.abort();
  }, [proof, turn]);
  const found = proof.verdict.value;
  const isPast = found !== null && found.lead !== model.lead.value;
  const verdict = isPast ? null : found;
  const { differing = [], outcome, digest, isAcknowledged } = verdict ?? {};
  const isOneLine = isAcknowledged || outcome === 'stored';
  return (
    <div role="status">
      {!found && <p class="caption">Verifying…</p>}
      {isPast && <p class="caption">The lead was read anew since. Verify it again.</p>}
      {verdict && differing.length > 0 && (
        <Notice tone="danger">
          What this page shows is not what is stored: {differing.map(fieldLabel).join(', ')}. Something between here and
          Postgres changes answers.
        </Notice>
      )}
      {verdict && differing.length === 0 && isOneLine && digest && (
        <Proven digest={digest} verdict={verdict} freshness={proof.freshness} />
      )}
      {verdict && !isOneLine && <ReceiptVerdict verdict={verdict} freshness={proof.freshness} />}
    </div>
  );
}
