import { useMemo, useRef } from 'preact/hooks';
import { NEEDS_ADMIN } from '../../records/field-words.ts';
import { useFreshness } from '../../records/receipts/NotSince.tsx';
import { ReceiptVerdict } from '../../records/receipts/ReceiptVerdict.tsx';
import { bringIntoView } from '../../ui/bring-into-view.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { Card } from '../../ui/content/Card.tsx';
import { TextField } from '../../ui/fields/TextField.tsx';
import { useLifetime } from '../../ui/lifetime.ts';
import { Notice } from '../../ui/messages/Notice.tsx';
import type { CheckedWorkspace } from '../checked-workspace.ts';
import { createVerifyReceipt } from './verify-receipt.ts';

/** The thanks of the form show only the end of the id, which no row can be read by. */
function Ending({ ending, workspace }: { ending: string; workspace: CheckedWorkspace }) {
  const search = () => {
    void workspace.leads.searchAll(ending);
    workspace.navigation.openLead(null);
    workspace.navigation.show('leads');
  };
  return (
    <Notice
      tone="info"
      actions={
        <Button icon="search" onClick={search}>
          Search in Leads
        </Button>
      }
    >
      {ending} is the end of a lead’s id, as the form thanks with it. Search for it in Leads, and verify the lead there.
    </Notice>
  );
}

/** Whoever holds a receipt of the form can see what became of it. */
export function VerifyReceipt({ workspace }: { workspace: CheckedWorkspace }) {
  const model = useMemo(() => createVerifyReceipt(workspace), [workspace]);
  const ended = useLifetime();
  const result = useRef<HTMLDivElement>(null);
  const verdict = model.verdict.value;
  const error = model.error.value;
  const ending = model.ending.value;
  const isViewer = workspace.session.value?.role === 'viewer';
  useFreshness(model.freshness, workspace);
  return (
    <Card title="Verify what was stored">
      <form
        class="stack-tight"
        onSubmit={(event) => {
          event.preventDefault();
          void model.verify(ended).then(() => bringIntoView(result));
        }}
      >
        <TextField
          label="Receipt"
          multiline
          rows={4}
          spellcheck={false}
          autocomplete="off"
          value={model.pasted.value}
          onInput={model.paste}
          hint="The JSON of the event lead-form:success or of the reply of POST /leads, or the id of a lead."
          {...(error && { error })}
        />
        <div>
          <Button type="submit" icon="shield" busy={model.isBusy.value} disabled={isViewer}>
            Verify
          </Button>
        </div>
        {isViewer && <p class="caption">{NEEDS_ADMIN}</p>}
      </form>
      <div role="status" ref={result}>
        {ending && <Ending ending={ending} workspace={workspace} />}
        {verdict && <ReceiptVerdict verdict={verdict} freshness={model.freshness} />}
      </div>
    </Card>
  );
}
