import { useState } from 'preact/hooks';
import type { User } from '../../shared/contract/user.ts';
import { useKeptForm } from '../records/forms/use-kept-form.ts';
import { UserForm } from './UserForm.tsx';
import type { UserModel } from './user.ts';
import { userChangesOf, userDraft } from './user-draft.ts';

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
