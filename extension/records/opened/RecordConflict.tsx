import { useEffect, useRef } from 'preact/hooks';
import type { Change } from '../../../shared/contract/changes.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { Time } from '../../ui/content/Time.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { fieldLabel, readable } from '../field-words.ts';
import type { Conflict, SavedRecord } from './record.ts';

interface Props {
  /** What it is: `lead`. */
  noun: string;
  model: {
    conflict: { readonly value: Conflict<SavedRecord> | null };
    history: { readonly value: readonly Change[] | null };
    saving: { readonly value: string | null };
    keepMine(): Promise<unknown>;
    keepTheirs(): Promise<unknown>;
    combineNotes?(): void;
  };
}

/** Both versions of a field that two people changed, and the user's choice between them. */
export function RecordConflict({ noun, model }: Props) {
  const conflict = model.conflict.value;
  const root = useRef<HTMLDivElement>(null);
  // Whoever saved further down would not see it.
  useEffect(() => root.current?.scrollIntoView({ block: 'nearest' }), [conflict]);
  if (!conflict) return null;
  const { patch, theirs } = conflict;
  const isBusy = model.saving.value !== null;
  const actions = (
    <>
      <Button busy={isBusy} onClick={() => void model.keepMine()}>
        Store mine
      </Button>
      <Button disabled={isBusy} onClick={() => void model.keepTheirs()}>
        Keep theirs
      </Button>
      {'notes' in patch && model.combineNotes && (
        <Button disabled={isBusy} onClick={model.combineNotes}>
          Edit both together
        </Button>
      )}
    </>
  );
  return (
    <div data-testid="conflict" ref={root}>
      <Notice tone="warning" actions={actions}>
        <p role="alert">
          <strong>Someone else changed this {noun}</strong>. Nothing was overwritten: choose what is stored.
        </p>
        <p class="caption">
          {/* SQL moves no updatedAt: the log knows when. */}
          Their version: <Time iso={model.history.value?.at(-1)?.at ?? theirs.updatedAt} />
        </p>
        {Object.entries(patch).map(([name, mine]) => (
          <div class="versions" key={name}>
            <div>
              <p class="caption">{fieldLabel(name)}, yours</p>
              <p class="prewrap" dir="auto">
                {readable(mine)}
              </p>
            </div>
            <div>
              <p class="caption">{fieldLabel(name)}, stored now</p>
              <p class="prewrap" dir="auto">
                {readable(theirs[name])}
              </p>
            </div>
          </div>
        ))}
      </Notice>
    </div>
  );
}
