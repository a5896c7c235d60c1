import type { User } from '../../shared/contract/user.ts';
import { asFailure, whatBecameOf } from '../platform/api/failure.ts';
import { createUsersApi, type NewUser } from '../platform/api/users-api.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { createKeptForm } from '../records/forms/kept-form.ts';
import { createSearchedList } from '../records/list/searched-list.ts';
import { type UserDraft, userDraft } from './user-draft.ts';

/** The list of users, and the way to a new one. */
export function createUsers(workspace: Pick<Workspace, 'api' | 'live' | 'navigation' | 'toasts' | 'connection'>) {
  const { api, live, navigation, toasts, connection } = workspace;
  const users = createUsersApi(api);
  const list = createSearchedList<User>({
    live,
    kind: 'user',
    status: navigation.accountStatus,
    list: ({ status: accountStatus, ...query }, signal) => users.list({ ...query, accountStatus }, signal),
    get: users.get,
    statusOf: ({ accountStatus }) => accountStatus,
  });
  return {
    ...list,
    /** The form for a new one. */
    begin: () =>
      createKeptForm<UserDraft>({
        connectionId: connection.id,
        name: 'user:new',
        base: () => userDraft(null),
      }),
    /** @returns the new user, or what is wrong: by field, or under `form` with the whole */
    async create(body: NewUser): Promise<{ user: User } | { errors: Record<string, string> }> {
      try {
        const user = await live.watch(() => users.create(body));
        toasts.show({ tone: 'good', message: `${user.name ?? user.email} is stored as a user.` });
        live.retry();
        return { user };
      } catch (error) {
        const failure = asFailure(error);
        if (failure.code === 'conflict') return { errors: { email: failure.message } };
        return { errors: { ...failure.fields, form: `${failure.message} ${whatBecameOf(failure)}` } };
      }
    },
  };
}
export type Users = ReturnType<typeof createUsers>;
