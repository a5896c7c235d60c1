import { type Checked, check } from '../../shared/contract/checked.ts';
import { type User, userPatch, userRequest } from '../../shared/contract/user.ts';
import type { NewUser, UserPatch } from '../platform/api/users-api.ts';
import { type AddressDraft, addressDraft, changedLines, filledLines } from '../records/forms/address.ts';

/** A user as somebody writes them: texts, until they are sent. */
export interface UserDraft {
  name: string;
  email: string;
  phone: string;
  /** With commas between. */
  tags: string;
  address: AddressDraft;
}

/** A user as texts to edit; null is a new one. */
export const userDraft = (user: User | null): UserDraft => ({
  name: user?.name ?? '',
  email: user?.email ?? '',
  phone: user?.phone ?? '',
  tags: (user?.tags ?? []).join(', '),
  address: addressDraft(user?.address),
});

const tagsOf = (typed: string) =>
  typed
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);

/** The user to create. */
export function newUserOf({ name, email, phone, tags, address }: UserDraft): Checked<NewUser> {
  const lines = filledLines(address);
  const body = {
    ...{ name, email, phone, tags: tagsOf(tags) },
    ...(Object.keys(lines).length > 0 && { address: lines }),
  };
  return check(userRequest, body);
}

/** Only what was changed; null when nothing was. */
export function userChangesOf(draft: UserDraft, begun: UserDraft): Checked<UserPatch> | null {
  const patch: Record<string, unknown> = {};
  for (const name of ['name', 'email', 'phone'] as const) {
    if (draft[name].trim() !== begun[name].trim()) patch[name] = draft[name];
  }
  if (tagsOf(draft.tags).join() !== tagsOf(begun.tags).join()) patch.tags = tagsOf(draft.tags);
  const lines = changedLines(draft.address, begun.address);
  if (lines) patch.address = lines;
  if (Object.keys(patch).length === 0) return null;
  return check<UserPatch>(userPatch, patch);
}
