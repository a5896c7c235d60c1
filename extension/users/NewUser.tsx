import { useState } from 'preact/hooks';
import { useKeptForm } from '../records/forms/use-kept-form.ts';
import { UserForm } from './UserForm.tsx';
import { newUserOf } from './user-draft.ts';
import type { Users } from './users.ts';

interface Props {
  model: Users;
  onClose(): void;
  onCreated(id: string): void;
}

/** Adds a user by hand. */
export function NewUser({ model, onClose, onCreated }: Props) {
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
