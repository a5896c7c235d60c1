import { useState } from 'preact/hooks';
import * as limits from '../../shared/limits.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { TextField } from '../components/TextField.tsx';
import type { UserDraft } from '../models/user-draft.ts';
import { AddressFields } from './AddressFields.tsx';
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
  /** @returns what is wrong, by field; null when there is nothing to mend here */
  onSubmit(draft: UserDraft): Promise<Record<string, string> | null>;
  onClose(): void;
}

/** The dialog in which a user is written, new or not. */
export function UserForm({ title, confirm, begun, busy, onSubmit, onClose }: Props) {
  const [draft, setDraft] = useState(begun);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const errorOf = (name: string) => (errors[name] ? { error: errors[name] } : {});
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="user-form" busy={busy}>
            {confirm}
          </Button>
        </>
      }
    >
      <form
        id="user-form"
        class="stack"
        noValidate
        onSubmit={async (event) => {
          event.preventDefault();
          setErrors((await onSubmit(draft)) ?? {});
        }}
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
      </form>
    </Dialog>
  );
}
