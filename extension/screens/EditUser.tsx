import { useState } from 'preact/hooks';
import type { User } from '../../shared/user.ts';
import type { UserModel } from '../models/user.ts';
import { userChangesOf, userDraft } from '../models/user-draft.ts';
import { UserForm } from './UserForm.tsx';

/** Changes what is known of a user. Only what was changed is sent. */
export function EditUser({ model, user, onClose }: { model: UserModel; user: User; onClose(): void }) {
  const [begunOn] = useState(user);
  return (
    <UserForm
      title="Edit user"
      confirm="Save"
      begun={userDraft(begunOn)}
      busy={model.saving.value !== null}
      onClose={onClose}
      onSubmit={async (draft) => {
        const checked = userChangesOf(draft, userDraft(begunOn));
        if (checked && 'errors' in checked) return checked.errors;
        const isSaved = checked === null || (await model.save(checked.value, begunOn, begunOn.updatedAt ?? null));
        // A conflict is shown in the view below, with both versions.
        if (isSaved || model.conflict.value) onClose();
        return null;
      }}
    />
  );
}
