import { seedReply, unseedReply } from '../../../shared/contract/seed.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../route.ts';

const seeded = seedReply.omit({ success: true });
const unseeded = unseedReply.omit({ success: true });

/** /seed: demo records, marked `seed: true` and with ids of their own, to look around with and to take away again. */
export function seedRoutes({ database }: Deps): Route[] {
  return [
    route(
      {
        method: 'POST',
        path: '/seed',
        summary: 'Add the demo records that are not there yet',
        who: 'admin',
        replies: { 200: seedReply },
        errors: ['conflict'],
      },
      async ({ context, actor }) =>
        context.json({ success: true, ...seeded.parse(await database.call('crm_add_seed', { actor })) }),
    ),
    route(
      {
        method: 'DELETE',
        path: '/seed',
        summary: 'Remove the demo records and nothing else',
        who: 'admin',
        replies: { 200: unseedReply },
      },
      async ({ context, actor }) =>
        context.json({ success: true, ...unseeded.parse(await database.call('crm_remove_seed', { actor })) }),
    ),
  ];
}
