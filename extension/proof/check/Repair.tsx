import type { RepairChange, RepairReply } from '../../../shared/contract/sync-report.ts';
import { isDrift } from '../../../shared/contract/sync-report.ts';
import { fieldLabel, readable, shown } from '../../records/field-words.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import { Badge } from '../../ui/messages/Badge.tsx';
import { ErrorState } from '../../ui/messages/ErrorState.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Skeleton } from '../../ui/messages/Skeleton.tsx';
import { Dialog } from '../../ui/overlays/Dialog.tsx';
import type { Check } from './check.ts';

const ACTIONS = {
  create: { label: 'Create', tone: 'good' },
  update: { label: 'Update', tone: 'info' },
  delete: { label: 'Remove', tone: 'warning' },
} as const;

/** Ids that come into a list or go out of it. */
function Ids({ word, ids, count }: { word: string; ids: readonly string[]; count: number }) {
  if (count === 0) return null;
  const more = count > ids.length ? ` and ${formatNumber(count - ids.length)} more` : '';
  return (
    <p class="secondary wrap-anywhere">
      {word} {formatNumber(count)}: <span class="mono">{ids.map(shown).join(', ')}</span>
      {more}
    </p>
  );
}

function Change({ change }: { change: RepairChange }) {
  const { label, tone } = ACTIONS[change.action];
  return (
    <li class="repair-change stack-tight">
      <div class="row">
        <Badge tone={tone}>{label}</Badge>
        <code class="mono">{shown(change.key)}</code>
        <span class="caption">{change.code}</span>
      </div>
      <Ids word="Adds" ids={change.added} count={change.addedCount} />
      <Ids word="Removes" ids={change.removed} count={change.removedCount} />
      {Object.entries(change.fields).map(([name, { from, to }]) => (
        <p key={name} class="secondary wrap-anywhere">
          {fieldLabel(name)}: <del>{shown(readable(from))}</del> → <ins>{shown(readable(to))}</ins>
        </p>
      ))}
    </li>
  );
}

function Changes({ reply: { changes, changeCount } }: { reply: RepairReply }) {
  return (
    <ul class="plain-list repair-changes">
      {changes.map((change) => (
        <Change key={`${change.key} ${change.code}`} change={change} />
      ))}
      {changeCount > changes.length && (
        <li class="caption">and {countOf(changeCount - changes.length, 'row')} more of the same kinds</li>
      )}
    </ul>
  );
}

function Outcome({ reply }: { reply: RepairReply }) {
  const isSynced = reply.report.verdict === 'synced';
  const left = reply.report.findings.filter(isDrift).length;
  return (
    <Notice tone={isSynced ? 'good' : 'warning'}>
      <span role="status">
        {countOf(reply.changeCount, 'row')} changed.{' '}
        {isSynced
          ? 'The report made after it finds nothing wrong.'
          : `The report made after it still has ${left === 1 ? 'one finding' : `${left} findings`}, which no repair can mend.`}
      </span>
    </Notice>
  );
}

/** Shows exactly what a repair would change, then what it has changed. Records themselves are never touched. */
export function Repair({ check: { repair } }: { check: Check }) {
  const state = repair.state.value;
  if (state === null) return null;
  const pending = state.stage === 'preview' || state.stage === 'running' ? state.preview : null;
  const isBusy = state.stage === 'running';
  return (
    <Dialog
      title={state.stage === 'done' ? 'Repaired' : 'Repair'}
      size="large"
      onClose={repair.close}
      actions={
        <>
          <Button data-autofocus disabled={isBusy} onClick={repair.close}>
            {pending ? 'Cancel' : 'Close'}
          </Button>
          {pending && pending.changeCount > 0 && (
            <Button variant="primary" busy={isBusy} onClick={() => void repair.run()}>
              Repair {countOf(pending.changeCount, 'row')}
            </Button>
          )}
        </>
      }
    >
      {state.stage === 'reading' && <Skeleton shape="lines" label="Reading what would change" />}
      {state.stage === 'failed' && <ErrorState title={state.message} />}
      {state.stage === 'done' && (
        <div class="stack">
          <Outcome reply={state.reply} />
          <Changes reply={state.reply} />
        </div>
      )}
      {pending && (
        <div class="stack">
          <p>
            {pending.changeCount === 0
              ? 'Nothing is left to repair: somebody was faster.'
              : 'Only what is derived from the records is made anew: indexes, lookups, lists of orders and totals. No record is deleted, and nothing else in one is edited. Nothing has been changed yet.'}
          </p>
          <Changes reply={pending} />
        </div>
      )}
    </Dialog>
  );
}
