import type { Lead } from '../../shared/contract/lead.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import type { RecordList } from '../records/list/record-list.ts';

/** An open connection, with the list of leads as it stands on the screen. */
export interface CheckedWorkspace extends Workspace {
  leads: Pick<RecordList<Lead>, 'rows' | 'loading' | 'failure' | 'load'> & {
    /** Shows what all leads are searched for. */
    searchAll(q: string): Promise<void>;
  };
}
