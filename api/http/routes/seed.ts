import { Hono } from 'hono';
import { seedReply, unseedReply } from '../../../shared/contract/seed.ts';
import { requireRole } from '../../auth/require-role.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';

const seeded = seedReply.omit({ success: true });
const unseeded = unseedReply.omit({ success: true });

/** /seed: demo records, marked `seed: true` and with ids of their own, to look around with and to take away again. */
export function seedRoutes(deps: Deps) {
  const { database } = deps;
  const admin = requireRole('admin', deps);
  return new Hono<AppEnv>()
    .post(
      '/seed',
      operation({
        summary: 'Add the demo records that are not there yet',
        role: 'admin',
        errors: ['conflict'],
        replies: { 200: seedReply },
      }),
      admin,
      async (context) => {
        const { actor } = context.get('identity');
        return context.json({ success: true, ...seeded.parse(await database.call('crm_add_seed', { actor })) });
      },
    )
    .delete(
      '/seed',
      operation({
        summary: 'Remove the demo records and nothing else',
        role: 'admin',
        replies: { 200: unseedReply },
      }),
      admin,
      async (context) => {
        const { actor } = context.get('identity');
        return context.json({ success: true, ...unseeded.parse(await database.call('crm_remove_seed', { actor })) });
      },
    );
}
