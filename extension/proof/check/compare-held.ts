import { effect } from '@preact/signals';
import type { Api } from '../../platform/api/api.ts';
import { createOrdersApi } from '../../platform/api/orders-api.ts';
import { createUsersApi } from '../../platform/api/users-api.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import type { ScreenRecord } from './sync-screen.ts';

/** As many users and orders as their lists show first. */
const FIRST_PAGE = 20;

/** Waits until the list of leads has been read from its beginning. */
function listed({ leads, closed }: Pick<Workspace, 'leads' | 'closed'>): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (leads.loading.value === 'first' && !closed.aborted) return;
      resolve();
      // An effect cannot end itself while it runs for the first time.
      queueMicrotask(() => stop());
    });
  });
}

/**
 * What people see: every lead that the list holds as it holds it now, and the newest users and orders as their lists would
 * show them, read by the routes that these call.
 * @throws Failure
 */
export async function readHeld(
  { leads, live, closed }: Pick<Workspace, 'leads' | 'live' | 'closed'>,
  api: Api,
  signal: AbortSignal,
): Promise<ScreenRecord[]> {
  await listed({ leads, closed });
  if (leads.failure.value) await leads.load();
  if (leads.failure.value) throw leads.failure.value;
  const heardUpTo = live.heardUpTo();
  const shown = leads.rows.value;
  const [users, orders] = await Promise.all([
    createUsersApi(api).list({ limit: FIRST_PAGE }, signal),
    createOrdersApi(api).list({ limit: FIRST_PAGE }, signal),
  ]);
  return [
    ...shown.map((lead) => ({ key: `lead:${lead.id}`, record: lead, heardUpTo })),
    ...users.rows.map((user) => ({ key: `user:${user.id}`, record: user, heardUpTo: users.changesCursor })),
    // The next steps are the API's word, not the row's.
    ...orders.rows.map(({ nextStatuses: _, ...order }) => ({
      key: `order:${order.id}`,
      record: order,
      heardUpTo: orders.changesCursor,
    })),
  ];
}
