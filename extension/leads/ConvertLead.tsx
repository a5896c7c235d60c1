import type { Lead } from '../../shared/contract/lead.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { shown } from '../records/words/field-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Notice } from '../ui/messages/Notice.tsx';
import type { LeadModel } from './lead.ts';

interface Props {
  workspace: Workspace;
  model: LeadModel;
  lead: Lead;
  canWrite: boolean;
}

/** A lead that buys becomes a user; one that is a user already says so and leads there. */
export function ConvertLead({ workspace, model, lead, canWrite }: Props) {
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
