import { useState } from 'preact/hooks';
import * as limits from '../../shared/contract/limits.ts';
import type { User } from '../../shared/contract/user.ts';
import { fieldLabel } from '../records/field-words.ts';
import { AddressFields } from '../records/forms/AddressFields.tsx';
import { FormDialog } from '../records/forms/FormDialog.tsx';
import type { KeptForm } from '../records/forms/kept-form.ts';
import { type FormErrors, useFormDialog, useKeptForm } from '../records/forms/use-kept-form.ts';
import { TextField } from '../ui/fields/TextField.tsx';
import type { UserModel } from './user.ts';
import { newUserOf, type UserDraft, userChangesOf, userDraft } from './user-draft.ts';
import type { Users } from './users.ts';

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
function UserForm({ title, confirm, busy, isGone, ...written }: Props) {
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

/** Changes what is known of a user. Only what was changed is sent. */
export function EditUser({ model, user, onClose }: { model: UserModel; user: User; onClose(): void }) {
  const [begunOn] = useState(user);
  const form = useKeptForm(() => model.edit(begunOn));
  return (
    <UserForm
      title="Edit user"
      confirm="Save"
      form={form}
      busy={model.saving.value !== null}
      isGone={model.isGone.value}
      onClose={onClose}
      onSubmit={async (draft) => {
        const checked = userChangesOf(draft, userDraft(begunOn));
        if (checked && 'errors' in checked) return checked.errors;
        return checked && model.saveForm(checked.value, begunOn);
      }}
    />
  );
}

interface NewUserProps {
  model: Users;
  onClose(): void;
  onCreated(id: string): void;
}

/** Adds a user by hand. */
export function NewUser({ model, onClose, onCreated }: NewUserProps) {
  const [isBusy, setBusy] = useState(false);
  const form = useKeptForm(model.begin);
  return (
    <UserForm
      title="New user"
      confirm="Create user"
      form={form}
      busy={isBusy}
      onClose={onClose}
      onSubmit={async (draft) => {
        const checked = newUserOf(draft);
        if ('errors' in checked) return checked.errors;
        setBusy(true);
        const result = await model.create(checked.value);
        setBusy(false);
        if ('errors' in result) return result.errors;
        onCreated(result.user.id);
        return null;
      }}
    />
  );
}
