import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, capture, captureLead, indexedIds, storedIds } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const setHead = (value: unknown) =>
  database.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ('leads:index', $1) on conflict (key) do update set value = excluded.value`,
    [JSON.stringify(value)],
  );
const segments = () =>
  database.sql<{ key: string; value: string[] }>(
    `select key, value from kv_store_3cbf86a5 where key ~ '^leads:index:' order by split_part(key, ':', 3)::integer`,
  );
const madeUp = (count: number) => Array.from({ length: count }, (_, i) => `lead_${1700000001000 - i}_x${i}`);

describe('writing', () => {
  it('200 leads at once gives 200 rows and the same 200 ids, in the order of the list', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, i) => captureLead(database, { email: `lead${i}@example.com` })));
    const ids = await storedIds(database);
    expect(ids).toHaveLength(200);
    expect(await indexedIds(database)).toEqual(ids);
    expect(await segments()).toEqual([]);
  });

  it('the 201st moves the oldest hundred into a segment, and every later hundred into the next', async () => {
    await database.sql(
      `select public.crm_capture_lead(jsonb_build_object('lead', '{"email":"a@b.co"}'::jsonb, 'limits', '{"perAddress":0,"perService":0}'::jsonb,
         'suspicions', '[]'::jsonb)) from generate_series(1, 450)`,
    );
    expect((await segments()).map(({ key, value }) => [key, value.length])).toEqual([
      ['leads:index:1', 100],
      ['leads:index:2', 100],
      ['leads:index:3', 100],
    ]);
    expect(await indexedIds(database)).toEqual(await storedIds(database));
  });

  it('a lead whose transaction fails leaves no id behind', async () => {
    await captureLead(database);
    const before = await indexedIds(database);
    await database.sql("alter table kv_store_3cbf86a5 add constraint odd check (value ->> 'email' <> 'odd@b.co')");
    await expect(captureLead(database, { email: 'odd@b.co' })).rejects.toMatchObject({ code: '23514' });
    expect(await indexedIds(database)).toEqual(before);
  });
});

describe('removing', () => {
  it('takes an id out of the head and out of segments, and a segment that is empty away', async () => {
    await setHead(madeUp(320));
    const newest = await captureLead(database);
    const oldest = madeUp(320)[319] ?? '';
    await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('lead:' || $1::text, '{}')", [oldest]);
    await call(database, 'crm_delete_lead', { id: oldest, actor: 'x' });
    await call(database, 'crm_delete_lead', { id: newest, actor: 'x' });
    expect(await indexedIds(database)).toEqual(madeUp(319));

    await database.sql(`update kv_store_3cbf86a5 set value = '["${oldest}"]' where key = 'leads:index:1'`);
    await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('lead:' || $1::text, '{}')", [oldest]);
    await call(database, 'crm_delete_lead', { id: oldest, actor: 'x' });
    expect((await segments()).map(({ key }) => key)).not.toContain('leads:index:1');
  });

  it('and adding at the same time loses neither', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => captureLead(database)));
    await Promise.all([
      ...ids.slice(0, 15).map((id) => call(database, 'crm_delete_lead', { id, actor: 'x' })),
      ...Array.from({ length: 15 }, () => captureLead(database)),
    ]);
    expect(await storedIds(database)).toHaveLength(30);
    expect(await indexedIds(database)).toEqual(await storedIds(database));
  });
});

describe('a head that others have damaged', () => {
  it.each([
    ['an object', { ids: [] }, []],
    ['a text', 'lost', []],
    ['null', null, []],
    ['with duplicates', ['lead_1_a', 'lead_1_a', 'lead_2_b'], ['lead_1_a', 'lead_1_a', 'lead_2_b']],
    ['with things that are no ids', [5, null, { a: 1 }, 'x'], [5, null, { a: 1 }, 'x']],
  ])('(%s) takes the next lead in front and keeps what it has', async (_, head, kept) => {
    await setHead(head);
    const id = await captureLead(database);
    expect(await indexedIds(database)).toEqual([id, ...kept]);
    await call(database, 'crm_delete_lead', { id, actor: 'x' });
    expect(await indexedIds(database)).toEqual(kept);
  });

  it.each([200, 201, 350, 1_000, 5_043])(
    '(%i ids long) is cut to 200 without losing or reordering one',
    async (length) => {
      await setHead(madeUp(length));
      const id = await captureLead(database);
      const [head] = await database.sql<{ value: string[] }>(
        "select value from kv_store_3cbf86a5 where key = 'leads:index'",
      );
      expect(head?.value.length).toBeLessThanOrEqual(200);
      expect(head?.value.length).toBeGreaterThan(100);
      for (const { value } of await segments()) expect(value).toHaveLength(100);
      expect(await indexedIds(database)).toEqual([id, ...madeUp(length)]);
    },
  );

  it('with a segment of a strange name or number disturbs nothing', async () => {
    await database.sql(
      `insert into kv_store_3cbf86a5 (key, value) values ('leads:index:x', '["a"]'), ('leads:index:0', '["b"]'),
       ('leads:index:99999999999', '["c"]'), ('users:index:7', '["d"]')`,
    );
    await setHead(madeUp(200));
    await captureLead(database);
    expect((await database.sql("select 1 from kv_store_3cbf86a5 where key = 'leads:index:1'")).length).toBe(1);
  });
});

describe('the time in an id', () => {
  const next = async (newest: unknown) => {
    const [row] = await database.sql<{ ms: string; now: string }>(
      'select crm.next_milliseconds($1) as ms, floor(extract(epoch from clock_timestamp()) * 1000)::text as now',
      [JSON.stringify(newest === null ? [] : [newest])],
    );
    return { ms: Number(row?.ms), now: Number(row?.now) };
  };

  it('is later than that of the newest lead, also when the clock was set back', async () => {
    const ahead = Date.now() + 3_600_000;
    expect((await next(`lead_${ahead}_abc`)).ms).toBe(ahead + 1);
  });

  it.each([null, 'lead_1700000000000_a', 'lead_9999999999999_a', 'nonsense', 5, 'lead_17_a'])(
    'is that of the clock when the newest id is %j',
    async (newest) => {
      const { ms, now } = await next(newest);
      expect(Math.abs(ms - now)).toBeLessThanOrEqual(60_000);
    },
  );

  it('goes ahead of the clock when the newest id does; the row and its receipt do not', async () => {
    const ahead = Date.now() + 3_600_000;
    await database.sql(
      `insert into kv_store_3cbf86a5 (key, value) values ('leads:index', $1)
       on conflict (key) do update set value = excluded.value`,
      [JSON.stringify([`lead_${ahead}_abcdefghi`])],
    );
    const { leadId, receipt } = await call<{ leadId: string; receipt: { storedAt: string } }>(
      database,
      'crm_capture_lead',
      capture({ email: 'a@b.co' }),
    );
    expect(Number(leadId.split('_')[1])).toBe(ahead + 1);
    const [row] = await database.sql<{ clock: boolean }>('select $1::timestamptz <= clock_timestamp() as clock', [
      receipt.storedAt,
    ]);
    expect(row).toEqual({ clock: true });
  });
});
