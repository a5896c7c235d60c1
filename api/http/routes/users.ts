import type { Context } from 'hono';
import { z } from 'zod';
import { historyReply } from '../../../shared/contract/changes.ts';
import { email } from '../../../shared/contract/text.ts';
import {
  user,
  userDeletedReply,
  userId,
  userPatch,
  userReply,
  userRequest,
  usersQuery,
  usersReply,
} from '../../../shared/contract/user.ts';
import type { Json } from '../../database/database.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { digestOf, historyIn, ifMatchHeader, recordReader, storedPage } from '../records.ts';
import { type Route, route } from '../route.ts';

const params = z.object({ id: userId });
const { list, one } = recordReader('user', user);

/** /users and /users/:id; their orders are in orders.ts. */
export function usersRoutes({ database }: Deps): Route[] {
  const reply = (context: Context<AppEnv>, row: unknown, status: 200 | 201 = 200) =>
    context.json({ success: true, user: one(context, row), ...digestOf(row) }, status);

  return [
    route(
      {
        method: 'POST',
        path: '/users',
        summary: 'Create a user',
        who: 'admin',
        body: userRequest,
        example: { email: 'ann@example.com', name: 'Ann Lee' },
        replies: { 201: userReply },
        errors: ['conflict'],
      },
      async ({ context, body, actor }) =>
        reply(context, await database.call('crm_create_user', { user: body, actor } as Json), 201),
    ),
    route(
      {
        method: 'GET',
        path: '/users',
        summary: 'List users, newest first',
        who: 'viewer',
        query: usersQuery,
        replies: { 200: usersReply },
      },
      async ({ context, query }) => {
        const { rows, ...page } = storedPage.parse(await database.call('crm_list_users', query));
        const { records, malformed } = list(rows);
        return context.json({ success: true, users: records, malformed, ...page });
      },
    ),
    route(
      {
        method: 'GET',
        path: '/users/email/:email',
        summary: 'Read the user who has this email, in whatever case',
        who: 'viewer',
        params: z.object({ email }),
        replies: { 200: userReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params }) => reply(context, await database.call('crm_get_user_by_email', params)),
    ),
    route(
      {
        method: 'GET',
        path: '/users/:id',
        summary: 'Read one user',
        who: 'viewer',
        params,
        replies: { 200: userReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params }) => reply(context, await database.call('crm_get_user', params)),
    ),
    route(
      {
        method: ['PATCH', 'PUT'],
        path: '/users/:id',
        summary: 'Change fields of a user, suspend by accountStatus; null removes a field, fields left out stay',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        body: userPatch,
        example: { phone: '+60 12 345 6789' },
        replies: { 200: userReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, body, actor }) => {
        const payload = { ...params, patch: body, actor, ifMatch: headers['If-Match'] };
        return reply(context, await database.call('crm_update_user', payload as Json));
      },
    ),
    route(
      {
        method: 'DELETE',
        path: '/users/:id',
        summary: 'Erase a user who has no orders, and what the log says of the person',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        replies: { 200: userDeletedReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, actor }) => {
        await database.call('crm_delete_user', { ...params, actor, ifMatch: headers['If-Match'] });
        return context.json({ success: true, deleted: params.id });
      },
    ),
    route(
      {
        method: 'POST',
        path: '/users/:id/login',
        summary: 'Stamp lastLogin',
        who: 'admin',
        params,
        replies: { 200: userReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, actor }) =>
        reply(context, await database.call('crm_record_login', { ...params, actor })),
    ),
    route(
      {
        method: 'GET',
        path: '/users/:id/history',
        summary: 'Every write on one user',
        who: 'viewer',
        params,
        replies: { 200: historyReply },
        errors: ['not_found'],
      },
      async ({ context, params }) => {
        const history = historyIn(await database.call('crm_list_user_history', params));
        return context.json({ success: true, history });
      },
    ),
  ];
}
