import { type Context, Hono } from 'hono';
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
import { requireRole } from '../../auth/require-role.ts';
import type { Json } from '../../database/database.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';
import { digestOf, ifMatch, ifMatchHeader, recordReader, storedPage } from '../records.ts';
import { jsonBody } from '../request/json-body.ts';
import { validate, validateQuery } from '../request/validate.ts';

const path = z.object({ id: userId });
const emailPath = z.object({ email });
const { list, one } = recordReader('user', user);
const historyRows = z.object({ changes: historyReply.shape.history });

/** /users and /users/:id; their orders are in orders.ts. */
export function usersRoutes(deps: Deps) {
  const { database } = deps;
  const viewer = requireRole('viewer', deps);
  const admin = requireRole('admin', deps);

  const idOf = (context: Context) => validate(path, context.req.param()).id;
  const reply = (context: Context<AppEnv>, row: unknown, status: 200 | 201 = 200) =>
    context.json({ success: true, user: one(context, row), ...digestOf(row) }, status);

  async function update(context: Context<AppEnv>) {
    const id = idOf(context);
    const patch = await jsonBody(context.req.raw, userPatch);
    const payload = { id, patch, actor: context.get('identity').actor, ...ifMatch(context) };
    return reply(context, await database.call('crm_update_user', payload as Json));
  }

  const updating = operation({
    summary: 'Change fields of a user, suspend by accountStatus; null removes a field, fields left out stay',
    role: 'admin',
    path,
    headers: ifMatchHeader,
    body: userPatch,
    replies: { 200: userReply },
    errors: ['not_found', 'conflict'],
  });

  return new Hono<AppEnv>()
    .post(
      '/users',
      operation({
        summary: 'Create a user',
        role: 'admin',
        body: userRequest,
        replies: { 201: userReply },
        errors: ['conflict'],
      }),
      admin,
      async (context) => {
        const payload = {
          user: await jsonBody(context.req.raw, userRequest),
          actor: context.get('identity').actor,
        };
        return reply(context, await database.call('crm_create_user', payload as Json), 201);
      },
    )
    .get(
      '/users',
      operation({
        summary: 'List users, newest first',
        role: 'viewer',
        query: usersQuery,
        replies: { 200: usersReply },
      }),
      viewer,
      async (context) => {
        const query = validateQuery(usersQuery, context.req.raw);
        const { rows, ...page } = storedPage.parse(await database.call('crm_list_users', query));
        const { records, malformed } = list(rows);
        return context.json({ success: true, users: records, malformed, ...page });
      },
    )
    .get(
      '/users/email/:email',
      operation({
        summary: 'Read the user who has this email, in whatever case',
        role: 'viewer',
        path: emailPath,
        replies: { 200: userReply },
        errors: ['not_found', 'conflict'],
      }),
      viewer,
      async (context) =>
        reply(context, await database.call('crm_get_user_by_email', validate(emailPath, context.req.param()))),
    )
    .get(
      '/users/:id',
      operation({
        summary: 'Read one user',
        role: 'viewer',
        path,
        replies: { 200: userReply },
        errors: ['not_found', 'conflict'],
      }),
      viewer,
      async (context) => reply(context, await database.call('crm_get_user', { id: idOf(context) })),
    )
    .patch('/users/:id', updating, admin, update)
    .put('/users/:id', updating, admin, update)
    .delete(
      '/users/:id',
      operation({
        summary: 'Erase a user who has no orders, and what the log says of the person',
        role: 'admin',
        path,
        headers: ifMatchHeader,
        replies: { 200: userDeletedReply },
        errors: ['not_found', 'conflict'],
      }),
      admin,
      async (context) => {
        const id = idOf(context);
        await database.call('crm_delete_user', { id, actor: context.get('identity').actor, ...ifMatch(context) });
        return context.json({ success: true, deleted: id });
      },
    )
    .post(
      '/users/:id/login',
      operation({
        summary: 'Stamp lastLogin',
        role: 'admin',
        path,
        replies: { 200: userReply },
        errors: ['not_found', 'conflict'],
      }),
      admin,
      async (context) => {
        const payload = { id: idOf(context), actor: context.get('identity').actor };
        return reply(context, await database.call('crm_record_login', payload));
      },
    )
    .get(
      '/users/:id/history',
      operation({
        summary: 'Every write on one user',
        role: 'viewer',
        path,
        replies: { 200: historyReply },
        errors: ['not_found'],
      }),
      viewer,
      async (context) => {
        const { changes } = historyRows.parse(await database.call('crm_list_user_history', { id: idOf(context) }));
        return context.json({ success: true, history: changes });
      },
    );
}
