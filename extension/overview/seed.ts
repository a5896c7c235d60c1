import { signal } from '@preact/signals';
import type { Crm } from '../platform/api/crm.ts';
import type { Live } from '../platform/workspace/live.ts';
import type { Toasts } from '../platform/workspace/toasts.ts';
import type { Figures } from '../records/figures.ts';
import { countOf } from '../ui/content/number-format.ts';

interface Records {
  leads: number;
  users: number;
  orders: number;
}
const sum = ({ leads, users, orders }: Records) => leads + users + orders;
const listed = ({ leads, users, orders }: Records) =>
  `${countOf(leads, 'demo lead')}, ${countOf(users, 'user')} and ${countOf(orders, 'order')}`;

interface Options {
  crm: Crm;
  live: Live;
  toasts: Toasts;
  figures: Figures;
}

/** Demo data: records to look around with, which can be taken away again. */
export function createSeed({ crm, live, toasts, figures }: Options) {
  /** Which of the two runs. */
  const running = signal<'add' | 'remove' | null>(null);

  async function addRecords(): Promise<void> {
    const { added } = await live.watch(() => crm.addSeed());
    const action = { label: 'Remove', onAction: () => void remove() };
    toasts.show(
      sum(added) > 0
        ? { tone: 'good', message: `Added ${listed(added)} to Postgres.`, action }
        : { tone: 'info', message: 'The demo data is already there: nothing was added.', action },
    );
  }

  async function removeRecords(): Promise<void> {
    const { removed, kept } = await live.watch(() => crm.removeSeed());
    toasts.show({
      ...(sum(removed) > 0
        ? { tone: 'good', message: `Removed ${listed(removed)}. Nothing else was touched.` }
        : { tone: 'info', message: 'There is no demo data to remove.' }),
      ...(kept.users > 0 && { detail: `${countOf(kept.users, 'demo user')} with other orders stayed.` }),
    });
  }

  async function run(action: 'add' | 'remove'): Promise<void> {
    if (running.value) return;
    running.value = action;
    try {
      await (action === 'add' ? addRecords() : removeRecords());
      // The lists follow the feed: they need not wait for its next turn.
      live.retry();
      await figures.recount();
    } catch (error) {
      const doing = action === 'add' ? 'Adding the demo data' : 'Removing the demo data';
      toasts.showFailure(doing, error, () => void run(action));
    } finally {
      running.value = null;
    }
  }
  const add = () => run('add');
  const remove = () => run('remove');

  return { running, add, remove };
}
export type Seed = ReturnType<typeof createSeed>;
