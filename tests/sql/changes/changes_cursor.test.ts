import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changesCursor } from '../../../shared/contract/changes.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead } from '../call.ts';

interface Changes {
  changes: { key: string }[];
  nextCursor: string;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const listing = (name: 'crm_list_leads' | 'crm_get_stats') =>
  call<{ changesCursor: string }>(database, name, { limit: 200, days: 30, timeZone: 'UTC' });
const changesAfter = async (after: string) => {
  const { changes } = await call<Changes>(database, 'crm_list_changes', { after, limit: 200 });
  return changes.map(({ key }) => key);
};

it.each(['crm_list_leads', 'crm_get_stats'] as const)(
  'of %s is one of crm_list_changes, after which comes what was under way, and not again what had ended',
  async (name) => {
    const before = await captureLead(database);
    // Transactions of the whole server hold the cursor back, so the other tests' may for a while.
    await expect.poll(async () => changesAfter((await listing(name)).changesCursor)).toEqual([]);

    const slow = new pg.Client({ connectionString: database.url });
    await slow.connect();
    await slow.query('begin');
    await slow.query("insert into kv_store_3cbf86a5 (key, value) values ($1, '{}')", [name]);
    const { changesCursor: cursor, ...shown } = await listing(name);
    expect(changesCursor.safeParse(cursor).success).toBe(true);
    const meanwhile = await captureLead(database);
    await slow.query('commit');
    await slow.end();

    await expect.poll(() => changesAfter(cursor)).toEqual(expect.arrayContaining([name, `lead:${meanwhile}`]));
    expect(JSON.stringify(shown)).not.toContain(meanwhile);
    if (name === 'crm_list_leads') expect(JSON.stringify(shown)).toContain(before);
  },
);

it('repeats what ended while an older transaction still ran, rather than skip that one', async () => {
  const slow = new pg.Client({ connectionString: database.url });
  await slow.connect();
  await slow.query('begin');
  await slow.query("insert into kv_store_3cbf86a5 (key, value) values ('user:user_2_slow', '{}')");
  const quick = await captureLead(database);
  const { changesCursor: cursor } = await listing('crm_list_leads');
  await slow.query('commit');
  await slow.end();
  await expect.poll(() => changesAfter(cursor)).toEqual(expect.arrayContaining(['user:user_2_slow', `lead:${quick}`]));
});
