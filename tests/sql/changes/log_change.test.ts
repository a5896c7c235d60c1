import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead } from '../call.ts';

interface Page {
  changes: { cursor: string; key: string; operation: string; actor: string | null; fields: Record<string, unknown> }[];
  nextCursor: string;
  more: boolean;
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const list = (after: string | null = null, limit = 200) => call<Page>(database, 'crm_list_changes', { after, limit });
const log = () => database.sql('select key, operation, actor, old_fields, new_fields from crm.changes order by seq');
const put = (key: string, value: unknown) =>
  database.sql(
    'insert into kv_store_3cbf86a5 (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [key, JSON.stringify(value)],
  );

/** Follows the log until so many changes were seen: pages end below the oldest transaction of the whole server. */
async function follow(count: number, after: string | null = null): Promise<Page['changes']> {
  const seen: Page['changes'] = [];
  let cursor = after;
  await expect
    .poll(async () => {
      const page = await list(cursor);
      seen.push(...page.changes);
      cursor = page.nextCursor;
      return seen.length;
    })
    .toBe(count);
  return seen;
}

describe('the change log', () => {
  it('never skips a transaction that started earlier and commits later', async () => {
    const slow = new pg.Client({ connectionString: database.url });
    await slow.connect();
    await slow.query('begin');
    await slow.query(`insert into kv_store_3cbf86a5 (key, value) values ('user:user_1_slow', '{"id":"user_1_slow"}')`);
    await put('user:user_2_quick', { id: 'user_2_quick' });
    const during = await list();
    expect(during.changes.map(({ key }) => key)).toEqual([]);
    await slow.query('commit');
    await slow.end();
    const after = await follow(2, during.nextCursor);
    expect(after.map(({ key }) => key)).toEqual(['user:user_1_slow', 'user:user_2_quick']);
  });

  it('gives every write of many at once, one time, whatever the page length', async () => {
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let i = 0; i < 25; i++) await put(`user:user_${writer}_${i}`, { i });
    });
    const seen: string[] = [];
    let cursor: string | null = null;
    const read = async () => {
      const page: Page = await list(cursor, 7);
      if (page.more) expect(page.changes).toHaveLength(7);
      seen.push(...page.changes.map(({ key }) => key));
      cursor = page.nextCursor;
      return seen.length;
    };
    const writing = Promise.all(writers);
    await read();
    await writing;
    await expect.poll(read).toBe(100);
    expect(new Set(seen).size).toBe(100);
  });

  it('says nobody for an edit in plain SQL and forgets no name of ours from one transaction to the next', async () => {
    const id = await captureLead(database);
    await database.sql(`update kv_store_3cbf86a5 set value = value || '{"notes":"by hand"}' where key = $1`, [
      `lead:${id}`,
    ]);
    expect(await log()).toMatchObject([
      { operation: 'insert', actor: 'form' },
      { operation: 'update', actor: null, old_fields: {}, new_fields: { notes: 'by hand' } },
    ]);
  });

  it('has one entry for TRUNCATE, and what it said of people is gone', async () => {
    const id = await captureLead(database);
    await call(database, 'crm_update_lead', { id, patch: { name: 'Ann' }, actor: 'key:admin' });
    await database.sql('truncate kv_store_3cbf86a5');
    expect(await log()).toMatchObject([
      { operation: 'insert', new_fields: null },
      { operation: 'update', old_fields: null, new_fields: null },
      { key: '*', operation: 'truncate', actor: null },
    ]);
  });

  it('takes a renamed key as one row gone and one come', async () => {
    await put('user:user_1_a', { id: 'user_1_a', email: 'ann@example.com' });
    await put('user:user_1_a', { id: 'user_1_a', email: 'anna@example.com' });
    await database.sql("update kv_store_3cbf86a5 set key = 'user:user_1_b' where key = 'user:user_1_a'");
    expect((await log()).map(({ key, operation, old_fields }) => ({ key, operation, old_fields }))).toEqual([
      { key: 'user:user_1_a', operation: 'insert', old_fields: null },
      { key: 'user:user_1_a', operation: 'update', old_fields: null },
      { key: 'user:user_1_a', operation: 'delete', old_fields: null },
      { key: 'user:user_1_b', operation: 'insert', old_fields: null },
    ]);
  });

  it('holds nothing of a row that is JSON once more inside a text', async () => {
    const key = 'user:user_1_encoded';
    const encoded = (hash: string) => JSON.stringify(JSON.stringify({ id: 'user_1_encoded', passwordHash: hash }));
    await database.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [key, encoded('hunter2')]);
    await database.sql('update kv_store_3cbf86a5 set value = $2 where key = $1', [key, encoded('hunter3')]);
    await database.sql('update kv_store_3cbf86a5 set value = $2 where key = $1', [key, '{"id": "user_1_encoded"}']);
    const entries = await database.sql('select operation, old_fields, new_fields from crm.changes where key = $1', [
      key,
    ]);
    expect(entries).toHaveLength(3);
    expect(JSON.stringify(entries)).not.toMatch(/hunter/);
  });

  it('holds no password and no entry for an index or for what did not change', async () => {
    await put('user:user_1_a', { password: 'one', name: 'a' });
    await put('user:user_1_a', { password: 'two', name: 'a' });
    await put('user:user_1_a', { password: 'two', name: 'a' });
    await put('leads:index', ['a']);
    await put('leads:index:1', ['b']);
    expect(await log()).toEqual([
      { key: 'user:user_1_a', operation: 'insert', actor: null, old_fields: null, new_fields: null },
      { key: 'user:user_1_a', operation: 'update', actor: null, old_fields: {}, new_fields: {} },
    ]);
  });

  it.each([
    ['a text', 'x', 'y'],
    ['an array', [1], [1, 2]],
    ['null', null, 0],
  ])('takes a value that is %s', async (_, from, to) => {
    await put('odd', from);
    await put('odd', to);
    expect((await log())[1]).toMatchObject({ old_fields: { value: from }, new_fields: { value: to } });
  });
});
