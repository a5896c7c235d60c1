import { useState } from 'preact/hooks';
import type { User } from '../../shared/user.ts';
import type { UserModel } from '../models/user.ts';
import { userChangesOf, userDraft } from '../models/user-draft.ts';
import { UserForm } from './UserForm.tsx';

/** Changes what is known of a user. Only what was changed is sent. */
export function EditUser({ model, user, onClose }: { model: UserModel; user: User; onClose(): void }) {
  const [begunOn] = useState(user);
  const [begun] = useState(() => userDraft(begunOn));
  return (
    <UserForm
      title="Edit user"
      confirm="Save"
      begun={begun}
      busy={model.saving.value !== null}
      isGone={model.isGone.value}
      onClose={onClose}
      onSubmit={async (draft) => {
        const checked = userChangesOf(draft, begun);
        if (checked && 'errors' in checked) return checked.errors;
        const errors = checked && (await model.saveForm(checked.value, begunOn));
        if (errors === null) onClose();
        return errors;
      }}
    />
  );
}
