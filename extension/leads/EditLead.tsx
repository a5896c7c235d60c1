import { useState } from 'preact/hooks';
import type { Lead } from '../../shared/contract/lead.ts';
import * as limits from '../../shared/contract/limits.ts';
import { fieldLabel } from '../records/field-words.ts';
import { FormDialog } from '../records/forms/FormDialog.tsx';
import { useFormDialog, useKeptForm } from '../records/forms/use-kept-form.ts';
import { TextField } from '../ui/fields/TextField.tsx';
import type { LeadModel } from './lead.ts';
import { LEAD_FIELDS, leadChangesOf, leadDraft } from './lead-draft.ts';

const MAX_LENGTH = {
  name: limits.NAME_LENGTH,
  email: limits.EMAIL_LENGTH,
  phone: limits.PHONE_LENGTH,
  assignedTo: limits.EMAIL_LENGTH,
  budget: limits.CHOICE_LENGTH,
  roomType: limits.CHOICE_LENGTH,
};

/** Changes what is known of a person, and who works on it. Only what was changed is sent. */
export function EditLead({ model, lead, onClose }: { model: LeadModel; lead: Lead; onClose(): void }) {
  const [begunOn] = useState(lead);
  const form = useKeptForm(() => model.edit(begunOn));
  const { draft, errors, set, dialog } = useFormDialog({
    form,
    onClose,
    async onSubmit(written) {
      const checked = leadChangesOf(written, leadDraft(begunOn));
      if (checked && 'errors' in checked) return checked.errors;
      return checked && model.saveForm(checked.value, begunOn);
    },
  });
  if (draft === null) return null;
  return (
    <FormDialog
      title="Edit lead"
      confirm="Save"
      busy={model.saving.value !== null}
      isGone={model.isGone.value}
      problem={errors.form}
      {...dialog}
    >
      {LEAD_FIELDS.map((name) => (
        <TextField
          key={name}
          label={fieldLabel(name)}
          value={draft[name]}
          maxLength={MAX_LENGTH[name]}
          autocomplete="off"
          onInput={(value) => set({ [name]: value })}
          {...(errors[name] && { error: errors[name] })}
        />
      ))}
    </FormDialog>
  );
}
