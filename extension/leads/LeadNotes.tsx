import { NOTES_LENGTH } from '../../shared/contract/limits.ts';
import { StoredMark } from '../records/opened/StoredMark.tsx';
import { Button } from '../ui/buttons/Button.tsx';
import { Card } from '../ui/content/Card.tsx';
import { TextField } from '../ui/fields/TextField.tsx';
import type { LeadModel } from './lead.ts';

/** Notes are saved on purpose, never by themselves; what is not saved yet survives the popup closing. */
export function LeadNotes({ model, canWrite }: { model: LeadModel; canWrite: boolean }) {
  const isUnsaved = model.hasUnsavedNote.value;
  return (
    <Card title="Notes">
      <form
        class="stack-tight"
        onSubmit={(event) => {
          event.preventDefault();
          void model.saveNote();
        }}
      >
        <TextField
          label="Notes"
          hideLabel
          multiline
          rows={4}
          dir="auto"
          maxLength={NOTES_LENGTH}
          placeholder="What you agreed on, what comes next"
          value={model.noteText.value}
          onInput={model.writeNote}
          readOnly={!canWrite}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void model.saveNote();
          }}
        />
        <div class="row">
          <Button
            variant="primary"
            type="submit"
            disabled={!canWrite || !isUnsaved}
            busy={model.saving.value === 'notes'}
          >
            Save
          </Button>
          {isUnsaved && (
            <>
              <Button variant="quiet" icon="undo" onClick={() => void model.dropNote()}>
                Discard
              </Button>
              <span class="caption">Not saved yet</span>
            </>
          )}
          {!isUnsaved && <StoredMark stored={model.stored.value} field="notes" />}
        </div>
      </form>
    </Card>
  );
}
