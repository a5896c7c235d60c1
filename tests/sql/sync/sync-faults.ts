import type pg from 'pg';
import type { Finding, SyncReport } from '../../../shared/contract/sync-report.ts';

/** A fault in a table that holds the demo records: what makes it, and what the check must say of it. */
export interface Fault {
  name: string;
  sql: string;
  code: Finding['code'];
  entity: Finding['entity'];
  severity: Finding['severity'];
  /** Exactly these, in this order. */
  keys: string[];
  repairable: boolean;
  /** Codes that the same fault also is. */
  also?: Finding['code'][];
}

const LEAD = 'lead:lead_0000000000001_seedlead1';
const OTHER_LEAD = 'lead:lead_0000000000002_seedlead2';
const USER = 'user:user_0000000000001_seeduser1';
const OTHER_USER = 'user:user_0000000000002_seeduser2';
const ORDER = 'order:order_0000000000001_seedorder1';

const KV = 'kv_store_3cbf86a5';
const set = (key: string, value: string) => `update ${KV} set value = ${value} where key = '${key}'`;
const remove = (key: string) => `delete from ${KV} where key = '${key}'`;
const insert = (key: string, value: string) => `insert into ${KV} (key, value) values ('${key}', ${value})`;
const lookup = (user: string) => `(select 'user:email:' || lower(value ->> 'email') from ${KV} where key = '${user}')`;

const error = { severity: 'error' } as const;
const repairable = { ...error, repairable: true } as const;
const final = { ...error, repairable: false } as const;
const leads = { entity: 'leads' } as const;
const users = { entity: 'users' } as const;
const orders = { entity: 'orders' } as const;

export const FAULTS: Fault[] = [
  {
    name: 'a lead inserted past the index',
    sql: insert('lead:lead_1_new', `'{"id": "lead_1_new", "email": "a@b.co"}'`),
    ...repairable,
    ...leads,
    code: 'index.missing',
    keys: ['lead:lead_1_new'],
  },
  {
    name: 'an index that is gone',
    sql: remove('orders:index'),
    ...repairable,
    ...orders,
    code: 'index.missing',
    keys: [1, 2, 3].map((n) => `order:order_000000000000${n}_seedorder${n}`),
  },
  {
    name: 'an id in the index that leads nowhere',
    sql: set('leads:index', `'["lead_1_gone"]' || value`),
    ...repairable,
    ...leads,
    code: 'index.dangling',
    keys: ['lead:lead_1_gone'],
  },
  {
    name: 'an id in a segment that leads nowhere',
    sql: insert('users:index:7', `'["user_1_gone"]'`),
    ...repairable,
    ...users,
    code: 'index.dangling',
    keys: ['user:user_1_gone'],
  },
  {
    name: 'an entry of the index that is no text',
    sql: set('leads:index', `value || '[null, 5, {"a": 1}]'`),
    ...repairable,
    ...leads,
    code: 'index.dangling',
    keys: ['lead:5', 'lead:null', 'lead:{"a": 1}'],
  },
  {
    name: 'a segment that is no list',
    sql: insert('leads:index:1', `'{"no": "list"}'`),
    ...repairable,
    ...leads,
    code: 'index.dangling',
    keys: ['leads:index:1'],
  },
  {
    name: 'an id twice in the index',
    sql: set('leads:index', `value || (value -> 0)`),
    ...repairable,
    ...leads,
    code: 'index.duplicate',
    keys: ['lead:lead_0000000000006_seedlead6'],
  },
  {
    name: 'an id both in the head and in a segment',
    sql: insert('orders:index:1', `'["order_0000000000001_seedorder1"]'`),
    ...repairable,
    ...orders,
    code: 'index.duplicate',
    keys: [ORDER],
  },
  {
    name: 'a lead that is no object',
    sql: set(LEAD, `'"text"'`),
    ...final,
    ...leads,
    code: 'row.malformed',
    keys: [LEAD],
  },
  {
    name: 'a user without an id',
    sql: set(USER, `value - 'id'`),
    ...final,
    ...users,
    code: 'row.malformed',
    keys: [USER],
  },
  {
    name: 'an order with a word for a total',
    sql: set('order:order_0000000000002_seedorder2', `jsonb_set(value, '{total}', '"much"')`),
    ...final,
    ...orders,
    code: 'row.malformed',
    keys: ['order:order_0000000000002_seedorder2'],
    also: ['totals.mismatch'],
  },
  {
    name: 'two leads swapped between their keys',
    sql: `update ${KV} as kv set value = other.value from ${KV} as other
      where (kv.key, other.key) in (('${LEAD}', '${OTHER_LEAD}'), ('${OTHER_LEAD}', '${LEAD}'))`,
    ...final,
    ...leads,
    code: 'row.id_mismatch',
    keys: [LEAD, OTHER_LEAD],
  },
  {
    name: 'a user with the id of another one',
    sql: set(USER, `jsonb_set(value, '{id}', '"user_1_other"')`),
    ...final,
    ...users,
    code: 'row.id_mismatch',
    keys: [USER],
  },
  {
    name: 'a user without the lookup of their email',
    sql: `delete from ${KV} where key = ${lookup(USER)}`,
    ...repairable,
    ...users,
    code: 'lookup.missing',
    keys: [USER],
  },
  {
    name: 'two users with one email and no lookup',
    sql: `update ${KV} set value = value || '{"email": "Both@Example.com"}' where key in ('${USER}', '${OTHER_USER}');
      delete from ${KV} where key like 'user:email:%'`,
    ...repairable,
    ...users,
    code: 'lookup.missing',
    keys: [USER, 'user:user_0000000000003_seeduser3'],
  },
  {
    name: 'a lookup that leads to no user',
    sql: insert('user:email:nobody@example.com', `'"user_1_gone"'`),
    ...repairable,
    ...users,
    code: 'lookup.dangling',
    keys: ['user:email:nobody@example.com'],
  },
  {
    name: 'a lookup that is no text',
    sql: insert('user:email:nobody@example.com', `'[null]'`),
    ...repairable,
    ...users,
    code: 'lookup.dangling',
    keys: ['user:email:nobody@example.com'],
  },
  {
    name: 'a lookup of an email that its user does not have',
    sql: insert('user:email:old@example.com', `'"user_0000000000001_seeduser1"'`),
    ...repairable,
    ...users,
    code: 'lookup.mismatch',
    keys: ['user:email:old@example.com'],
  },
  {
    name: 'an order that is not in the list of its user',
    sql: set(`${USER}:orders`, `'[]'`),
    ...repairable,
    ...orders,
    code: 'orders_list.missing',
    keys: [ORDER],
  },
  {
    name: 'a list that is gone',
    sql: remove(`${USER}:orders`),
    ...repairable,
    ...orders,
    code: 'orders_list.missing',
    keys: [ORDER],
  },
  {
    name: 'a list that names an order of another user',
    sql: set(`${OTHER_USER}:orders`, `value || '["order_0000000000001_seedorder1"]'`),
    ...repairable,
    ...orders,
    code: 'orders_list.dangling',
    keys: [`${OTHER_USER}:orders`],
  },
  {
    name: 'a list that names an order twice',
    sql: set(`${USER}:orders`, `value || value`),
    ...repairable,
    ...orders,
    code: 'orders_list.dangling',
    keys: [`${USER}:orders`],
  },
  {
    name: 'a list of a user who does not exist',
    sql: insert('user:user_1_gone:orders', `'[]'`),
    ...repairable,
    ...orders,
    code: 'orders_list.dangling',
    keys: ['user:user_1_gone:orders'],
  },
  {
    name: 'a list that is none',
    sql: set(`${USER}:orders`, `'7'`),
    ...repairable,
    ...orders,
    code: 'orders_list.dangling',
    keys: [`${USER}:orders`],
    also: ['orders_list.missing'],
  },
  {
    name: 'an order of a user who does not exist',
    sql: `${insert('order:order_1_new', `'{"id": "order_1_new", "userId": "user_1_gone", "total": 5}'`)};
      ${set('orders:index', `'["order_1_new"]' || value`)}`,
    severity: 'warning',
    repairable: false,
    ...orders,
    code: 'order.user_missing',
    keys: ['order:order_1_new'],
  },
  {
    name: 'a lead that became a user who does not exist',
    sql: set(LEAD, `value || '{"convertedToUserId": "user_1_gone"}'`),
    severity: 'warning',
    repairable: false,
    ...leads,
    code: 'lead.user_missing',
    keys: [LEAD],
  },
  ...(['totalOrders', 'totalSpent', 'loyaltyPoints'] as const).map(
    (name): Fault => ({
      name: `${name} off by one`,
      sql: set(USER, `jsonb_set(value, '{${name}}', to_jsonb((value ->> '${name}')::numeric + 1))`),
      ...repairable,
      ...users,
      code: 'totals.mismatch',
      keys: [USER],
    }),
  ),
  {
    name: 'totals off by a cent',
    sql: set(USER, `jsonb_set(value, '{totalSpent}', to_jsonb((value ->> 'totalSpent')::numeric - 0.01))`),
    ...repairable,
    ...users,
    code: 'totals.mismatch',
    keys: [USER],
  },
  {
    name: 'a key beside the grammar',
    sql: `${insert('lead:lead_x', "'1'")}; ${insert('note', "'1'")}; ${insert('leads:index:0', "'[]'")}`,
    severity: 'info',
    repairable: false,
    entity: 'table',
    code: 'key.unknown',
    keys: ['lead:lead_x', 'leads:index:0', 'note'],
  },
  {
    name: 'a row of a connection test that was left behind',
    sql: `insert into ${KV} (key, value, created_at) values ('canary:new', '1', now()), ('canary:old', '1', now() - interval '6 minutes')`,
    severity: 'info',
    repairable: false,
    entity: 'table',
    code: 'key.unknown',
    keys: ['canary:old'],
  },
];

/** Makes a fault past the API: as anybody with a connection may, or with the triggers of the table off. */
export async function tamper(client: pg.ClientBase, sql: string, triggers: 'on' | 'off'): Promise<void> {
  await client.query(`set session_replication_role = ${triggers === 'on' ? 'origin' : 'replica'}`);
  await client.query(sql);
  await client.query('reset session_replication_role');
}

/** What a report finds, except what the server of these tests is: it runs with fsync off. */
export const withoutServer = ({ findings }: SyncReport): Finding[] =>
  findings.filter(({ code }) => code !== 'durability.off');
