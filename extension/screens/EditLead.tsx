import { useState } from 'preact/hooks';
import { check } from '../../shared/checked.ts';
import { type Lead, type LeadPatch, leadPatch } from '../../shared/lead.ts';
import * as limits from '../../shared/limits.ts';
import { TextField } from '../components/TextField.tsx';
import type { LeadModel } from '../models/lead.ts';
import { FormDialog } from './FormDialog.tsx';
import { fieldLabel } from './field-words.ts';

const FIELDS = [
  { name: 'name', maxLength: limits.NAME_LENGTH },
  { name: 'email', maxLength: limits.EMAIL_LENGTH },
  { name: 'phone', maxLength: limits.PHONE_LENGTH },
  { name: 'assignedTo', maxLength: limits.EMAIL_LENGTH },
  { name: 'budget', maxLength: limits.CHOICE_LENGTH },
  { name: 'roomType', maxLength: limits.CHOICE_LENGTH },
] as const;

type Name = (typeof FIELDS)[number]['name'];

/** Changes what is known of a person, and who works on it. Only what was changed is sent. */
export function EditLead({ model, lead, onClose }: { model: LeadModel; lead: Lead; onClose(): void }) {
  const [begunOn] = useState(lead);
  const [values, setValues] = useState<Record<Name, string>>(
    () => Object.fromEntries(FIELDS.map(({ name }) => [name, lead[name] ?? ''])) as Record<Name, string>,
  );
  const [errors, setErrors] = useState<Record<string, string>>({});
  const changed = FIELDS.filter(({ name }) => values[name] !== (begunOn[name] ?? ''));

  async function save(): Promise<void> {
    if (changed.length === 0) return onClose();
    const patch = Object.fromEntries(changed.map(({ name }) => [name, values[name]]));
    const checked = check<LeadPatch>(leadPatch, patch);
    if ('errors' in checked) return setErrors(checked.errors);
    setErrors({});
    const wrong = await model.saveForm(checked.value, begunOn);
    if (wrong === null) return onClose();
    setErrors(wrong);
  }

  return (
    <FormDialog
      title="Edit lead"
      confirm="Save"
      busy={model.saving.value !== null}
      isGone={model.isGone.value}
      isChanged={changed.length > 0}
      problem={errors.form}
      onSubmit={save}
      onClose={onClose}
    >
      {FIELDS.map(({ name, maxLength }) => (
        <TextField
          key={name}
          label={fieldLabel(name)}
          value={values[name]}
          maxLength={maxLength}
          autocomplete="off"
          onInput={(value) => setValues((old) => ({ ...old, [name]: value }))}
          {...(errors[name] && { error: errors[name] })}
        />
      ))}
    </FormDialog>
  );
}
