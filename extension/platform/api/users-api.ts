import { z } from 'zod';
import { historyReply } from '../../../shared/contract/changes.ts';
import {
  type User,
  user,
  userDeletedReply,
  type userPatch,
  userReply,
  type userRequest,
  usersReply,
} from '../../../shared/contract/user.ts';
import type { Api } from './api.ts';
import { readRows, readWith } from './rows.ts';

export type UserPatch = z.input<typeof userPatch>;
export type NewUser = z.input<typeof userRequest>;

/** `GET /users` takes these; empty texts mean no filter. */
interface UsersQuery {
  q?: string;
  accountStatus?: string;
  limit?: number;
  cursor?: string;
}

const usersPage = usersReply.extend({ users: z.array(z.unknown()) }).transform(({ users, malformed, ...page }) => {
  const { rows, odd } = readRows(user, 'user', users);
  return { ...page, rows, malformed: [...malformed, ...odd] };
});

const one = (id: string) => `/users/${encodeURIComponent(id)}`;

/** The API's routes for users. All of them throw Failure. */
export function createUsersApi(api: Api) {
  return {
    list: (query: UsersQuery, signal?: AbortSignal) => api('GET', '/users', usersPage, { query: { ...query }, signal }),
    get: async (id: string, signal?: AbortSignal): Promise<User> => {
      const reply = await api('GET', one(id), userReply, { signal });
      return readWith(reply.user, reply.digest);
    },
    create: async (body: NewUser): Promise<User> => (await api('POST', '/users', userReply, { body })).user,
    update: async (id: string, body: UserPatch, ifMatch?: string | null): Promise<User> =>
      (await api('PATCH', one(id), userReply, { body, ifMatch })).user,
    remove: (id: string, ifMatch?: string | null) => api('DELETE', one(id), userDeletedReply, { ifMatch }),
    history: async (id: string, signal?: AbortSignal) =>
      (await api('GET', `${one(id)}/history`, historyReply, { signal })).history,
  };
}
