import { createHash } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import { leadsReply } from '../../shared/contract/lead.ts';
import type { Product } from '../rig/product.ts';
import type { Ledger } from './load.ts';

/** What is checked: the product by its address, and its database past it. */
type Checked = Pick<Product, 'url' | 'adminKey' | 'databaseUrl'>;

/** A lead as it is in the table, read past the product. */
export interface StoredLead {
  key: string;
  /** The value as Postgres prints it. */
  text: string;
  email: string;
}

/** Opens a connection of the test's own to the product's database, as psql would. */
export async function onDatabase<T>(product: Checked, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: product.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const LEADS = `select key, value::text as text, value ->> 'email' as email from kv_store_3cbf86a5 where key ~ '^lead:'`;
const INDEX = `select jsonb_array_elements_text(value) as id from kv_store_3cbf86a5 where key ~ '^leads:index(:[0-9]+)?$'`;

export function readLeads(product: Checked): Promise<StoredLead[]> {
  return onDatabase(product, async (client) => (await client.query<StoredLead>(LEADS)).rows);
}

/**
 * Jepsen's set checker: acknowledged ⊆ stored ⊆ attempted, nothing twice, and the index names the same leads as the rows
 * do. Every acknowledged lead must be byte for byte what its receipt vouches for.
 */
export async function checkLeads(product: Checked, ledger: Ledger): Promise<void> {
  const stored = await readLeads(product);
  const keys = new Map(stored.map((lead) => [lead.key, lead]));
  const emails = new Set(stored.map(({ email }) => email));

  const lost = [...ledger.acknowledged].filter(([email, { leadId }]) => keys.get(`lead:${leadId}`)?.email !== email);
  expect(lost, 'acknowledged and not stored').toEqual([]);
  expect(stored.length - emails.size, 'leads stored twice').toBe(0);
  const invented = stored.filter(({ email }) => !ledger.attempted.has(email));
  expect(invented, 'stored and never sent').toEqual([]);
  const altered = [...ledger.acknowledged.values()].filter(({ receipt: { key, digest } }) => {
    const text = keys.get(key)?.text ?? '';
    return (
      createHash('sha256')
        .update(`${Buffer.byteLength(key)}:${key}${text}`)
        .digest('hex') !== digest
    );
  });
  expect(altered, 'stored otherwise than the receipt says').toEqual([]);
  expect(ledger.contradictions, 'acknowledged twice in different words').toEqual([]);

  const ids = stored.map(({ key }) => key.slice('lead:'.length)).sort();
  const index = await onDatabase(product, async (client) => (await client.query<{ id: string }>(INDEX)).rows);
  expect(index.map(({ id }) => id).sort(), 'the index').toEqual(ids);
  expect((await listIds(product)).sort(), 'the list').toEqual(ids);
}

async function listIds({ url, adminKey }: Checked): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: string = cursor ? `&cursor=${cursor}` : '';
    const response = await fetch(`${url}/leads?limit=200${page}`, { headers: { Authorization: `Bearer ${adminKey}` } });
    const reply = leadsReply.parse(await response.json());
    ids.push(...reply.leads.map(({ id }) => id));
    cursor = reply.nextCursor;
  } while (cursor);
  return ids;
}
