/** Every pattern of an id or a key, import-free: the widget and Postgres read them as they stand. */

/** The kinds of records that are counted, indexed and compared. */
export const ENTITIES = ['leads', 'users', 'orders'] as const;
export type SyncEntity = (typeof ENTITIES)[number];

/** `<kind>_<milliseconds>_<random>`; ours carry 9 random characters, older installs 1 to 12. */
export const LEAD_ID = /^lead_[0-9]{1,15}_[a-z0-9]{1,12}$/;
export const USER_ID = /^user_[0-9]{1,15}_[a-z0-9]{1,12}$/;
export const ORDER_ID = /^order_[0-9]{1,15}_[a-z0-9]{1,12}$/;
export const HELD_ID = /^held_[0-9]{13}_[a-z0-9]{9}$/;

/** Keys of the records of each kind, and of nothing else; Postgres reads these patterns as they stand. */
export const RECORD_KEY: Record<SyncEntity, RegExp> = {
  leads: /^lead:lead_[0-9]{1,15}_[a-z0-9]{1,12}$/,
  users: /^user:user_[0-9]{1,15}_[a-z0-9]{1,12}$/,
  orders: /^order:order_[0-9]{1,15}_[a-z0-9]{1,12}$/,
};

/** Keys whose stored text may be read: records, indexes and lists of a user's orders. Lookups are left out, they are emails. */
export const STORED_KEY =
  /^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders|(leads|users|orders):index(:[1-9][0-9]{0,8})?)$/;

/** What may stand between the quotes of an entity tag (RFC 9110, section 8.8.3), as long as we accept it. */
export const ENTITY_TAG = /^[\x21\x23-\x7e]{1,64}$/;
