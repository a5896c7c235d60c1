import type { Crm } from '../platform/api/crm.ts';
import type { Live } from '../platform/workspace/live.ts';
import type { Toasts } from '../platform/workspace/toasts.ts';
import { countOf } from '../ui/content/number-format.ts';

interface Records {
  leads: number;
  users: number;
  orders: number;
}
const sum = ({ leads, users, orders }: Records) => leads + users + orders;
const listed = ({ leads, users, orders }: Records) =>
  `${countOf(leads, 'demo lead')}, ${countOf(users, 'user')} and ${countOf(orders, 'order')}`;

interface Context {
  crm: Crm;
  live: Live;
  toasts: Toasts;
  /** The same actions once more, from a toast. */
  again: { add(): unknown; remove(): unknown };
}

/** Adds the demo records and says how many. @returns whether the API has answered */
export async function add({ crm, live, toasts, again }: Context): Promise<boolean> {
  try {
    const { added } = await live.watch(() => crm.addSeed());
    const action = { label: 'Remove', onAction: again.remove };
    toasts.show(
      sum(added) > 0
        ? { tone: 'good', message: `Added ${listed(added)} to Postgres.`, action }
        : { tone: 'info', message: 'The demo data is already there: nothing was added.', action },
    );
    return true;
  } catch (error) {
    toasts.showFailure('Adding the demo data', error, () => void again.add());
    return false;
  }
}

/** Takes away what `add` has made, and says what stayed. @returns whether the API has answered */
export async function remove({ crm, live, toasts, again }: Context): Promise<boolean> {
  try {
    const { removed, kept } = await live.watch(() => crm.removeSeed());
    const detail = kept.users > 0 ? `${countOf(kept.users, 'demo user')} with other orders stayed.` : '';
    toasts.show({
      ...(sum(removed) > 0
        ? { tone: 'good', message: `Removed ${listed(removed)}. Nothing else was touched.` }
        : { tone: 'info', message: 'There is no demo data to remove.' }),
      ...(detail && { detail }),
    });
    return true;
  } catch (error) {
    toasts.showFailure('Removing the demo data', error, () => void again.remove());
    return false;
  }
}
