import { Hono } from 'hono';
import { z } from 'zod';
import {
  heldDeletedReply,
  heldId,
  heldListReply,
  heldQuery,
  heldReleasedReply,
} from '../../../shared/contract/capture.ts';
import { requireRole } from '../../auth/require-role.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';
import { validate, validateQuery } from '../request/validate.ts';

const path = z.object({ id: heldId });
const page = heldListReply.omit({ success: true });
const released = heldReleasedReply.omit({ success: true });

/** /held: submissions that looked suspicious, until a person releases or deletes them. */
export function heldRoutes(deps: Deps) {
  const { database } = deps;
  const admin = requireRole('admin', deps);
  return new Hono<AppEnv>()
    .get(
      '/held',
      operation({
        summary: 'List held submissions, newest first',
        role: 'viewer',
        query: heldQuery,
        replies: { 200: heldListReply },
      }),
      requireRole('viewer', deps),
      async (context) => {
        const query = validateQuery(heldQuery, context.req.raw);
        return context.json({ success: true, ...page.parse(await database.call('crm_list_held', query)) });
      },
    )
    .post(
      '/held/:id/release',
      operation({
        summary: 'Make a held submission a lead',
        role: 'admin',
        path,
        replies: { 200: heldReleasedReply },
        errors: ['not_found'],
      }),
      admin,
      async (context) => {
        const { id } = validate(path, context.req.param());
        const payload = { id, actor: context.get('identity').actor };
        return context.json({ success: true, ...released.parse(await database.call('crm_release_held', payload)) });
      },
    )
    .delete(
      '/held/:id',
      operation({
        summary: 'Delete a held submission',
        role: 'admin',
        path,
        replies: { 200: heldDeletedReply },
        errors: ['not_found'],
      }),
      admin,
      async (context) => {
        const { id } = validate(path, context.req.param());
        await database.call('crm_delete_held', { id });
        return context.json({ success: true, deleted: id });
      },
    );
}
