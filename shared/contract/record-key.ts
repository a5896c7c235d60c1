import type { SyncEntity } from './sync-report.ts';

/** Keys of the records of each kind, and of nothing else; Postgres reads these patterns as they stand. */
export const RECORD_KEY: Record<SyncEntity, RegExp> = {
  leads: /^lead:lead_[0-9]{1,15}_[a-z0-9]{1,12}$/,
  users: /^user:user_[0-9]{1,15}_[a-z0-9]{1,12}$/,
  orders: /^order:order_[0-9]{1,15}_[a-z0-9]{1,12}$/,
};
