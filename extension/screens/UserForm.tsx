import { useState } from 'preact/hooks';
import * as limits from '../../shared/limits.ts';
import { TextField } from '../components/TextField.tsx';
import type { UserDraft } from '../models/user-draft.ts';
import { AddressFields } from './AddressFields.tsx';
import { FormDialog } from './FormDialog.tsx';
import { fieldLabel } from './field-words.ts';

const FIELDS = [
  { name: 'name', maxLength: limits.NAME_LENGTH },
  { name: 'email', maxLength: limits.EMAIL_LENGTH },
  { name: 'phone', maxLength: limits.PHONE_LENGTH },
] as const;

interface Props {
  title: string;
  confirm: string;
  begun: UserDraft;
  busy: boolean;
  isGone?: boolean;
  /** @returns what is wrong, by field, or under `form` with the whole; null when nothing is */
  onSubmit(draft: UserDraft): Promise<Record<string, string> | null>;
  onClose(): void;
}

/** The dialog in which a user is written, new or not. */
export function UserForm({ title, confirm, begun, busy, isGone, onSubmit, onClose }: Props) {
  const [draft, setDraft] = useState(begun);
  const [errors, setErrors] = useState<Record<string, string>>({});
  /** All tags are typed into one field: what is wrong with one of them is said there. */
  const errorOf = (name: string) => {
    const [, error] = Object.entries(errors).find(([path]) => path === name || path.startsWith(`${name}.`)) ?? [];
    return error ? { error } : {};
  };
  return (
    <FormDialog
      title={title}
      confirm={confirm}
      busy={busy}
      isGone={isGone}
      isChanged={JSON.stringify(draft) !== JSON.stringify(begun)}
      problem={errors.form}
      onSubmit={async () => setErrors((await onSubmit(draft)) ?? {})}
      onClose={onClose}
    >
      {FIELDS.map(({ name, maxLength }) => (
        <TextField
          key={name}
          label={fieldLabel(name)}
          value={draft[name]}
          maxLength={maxLength}
          autocomplete="off"
          onInput={(value) => setDraft((old) => ({ ...old, [name]: value }))}
          {...errorOf(name)}
        />
      ))}
      <TextField
        label="Tags"
        hint="With commas between."
        value={draft.tags}
        autocomplete="off"
        onInput={(tags) => setDraft((old) => ({ ...old, tags }))}
        {...errorOf('tags')}
      />
      <AddressFields
        legend="Address"
        field="address"
        value={draft.address}
        errors={errors}
        onChange={(address) => setDraft((old) => ({ ...old, address }))}
      />
    </FormDialog>
  );
}
