import * as limits from '../../shared/contract/limits.ts';
import { AddressFields } from '../records/forms/AddressFields.tsx';
import { FormDialog } from '../records/forms/FormDialog.tsx';
import type { KeptForm } from '../records/forms/kept-form.ts';
import { type FormErrors, useFormDialog } from '../records/forms/use-kept-form.ts';
import { fieldLabel } from '../records/words/field-words.ts';
import { TextField } from '../ui/fields/TextField.tsx';
import type { UserDraft } from './user-draft.ts';

const FIELDS = [
  { name: 'name', maxLength: limits.NAME_LENGTH },
  { name: 'email', maxLength: limits.EMAIL_LENGTH },
  { name: 'phone', maxLength: limits.PHONE_LENGTH },
] as const;

interface Props {
  title: string;
  confirm: string;
  form: KeptForm<UserDraft>;
  busy: boolean;
  isGone?: boolean;
  /** @returns as useFormDialog wants it */
  onSubmit(draft: UserDraft): Promise<FormErrors | 'conflict' | null>;
  onClose(): void;
}

/** The dialog in which a user is written, new or not. */
export function UserForm({ title, confirm, busy, isGone, ...written }: Props) {
  const { draft, errors, set, dialog } = useFormDialog(written);
  /** All tags are typed into one field: what is wrong with one of them is said there. */
  const errorOf = (name: string) => {
    const [, error] = Object.entries(errors).find(([path]) => path === name || path.startsWith(`${name}.`)) ?? [];
    return error ? { error } : {};
  };
  if (draft === null) return null;
  return (
    <FormDialog title={title} confirm={confirm} busy={busy} isGone={isGone} problem={errors.form} {...dialog}>
      {FIELDS.map(({ name, maxLength }) => (
        <TextField
          key={name}
          label={fieldLabel(name)}
          value={draft[name]}
          maxLength={maxLength}
          autocomplete="off"
          onInput={(value) => set({ [name]: value })}
          {...errorOf(name)}
        />
      ))}
      <TextField
        label="Tags"
        hint="With commas between."
        value={draft.tags}
        autocomplete="off"
        onInput={(tags) => set({ tags })}
        {...errorOf('tags')}
      />
      <AddressFields
        legend="Address"
        field="address"
        value={draft.address}
        errors={errors}
        onChange={(address) => set({ address })}
      />
    </FormDialog>
  );
}
