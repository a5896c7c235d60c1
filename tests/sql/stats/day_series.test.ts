import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const starts = async (days: number, zone: string) => {
  const [row] = await database.sql<{ starts: Date[] }>('select crm.day_starts($1, $2) as starts', [days, zone]);
  return row?.starts.map((start) => start.toISOString()) ?? [];
};

describe('the days', () => {
  it.each(['UTC', 'Asia/Kuala_Lumpur', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'])(
    'in %s are those of Postgres, up to the start of tomorrow',
    async (zone) => {
      const days = await starts(365, zone);
      expect(days).toHaveLength(366);
      expect(days).toEqual([...days].sort());
      const [row] = await database.sql(
        `select $1::timestamptz <= now() and $2::timestamptz > now() as today,
           ($3::timestamptz at time zone $4)::date - (now() at time zone $4)::date as first`,
        [days[364], days[365], days[0], zone],
      );
      expect(row).toEqual({ today: true, first: -364 });
    },
  );

  it.each(['Mars/Olympus', '', 'x', "'"])('in "%s" are CRM02', async (zone) => {
    await expectSqlState(starts(30, zone), 'CRM02');
  });
});

describe('a moment', () => {
  // Three days in Kuala Lumpur, eight hours ahead of UTC, around a 29 February that this year does not have.
  const DAYS = ['2027-02-27T16:00:00.000Z', '2027-02-28T16:00:00.000Z', '2027-03-01T16:00:00.000Z'];
  it.each([
    ['2027-02-27T16:00:00.000Z', 1],
    ['2027-02-28T15:59:59.999Z', 1],
    ['2027-02-28T16:00:00.000Z', 2],
    ['2027-03-01T15:59:59.999Z', 2],
    ['2027-02-27T15:59:59.999Z', null],
    ['2027-03-01T16:00:00.000Z', null],
    ['2027-02-29T12:00:00.000Z', null],
    ['2027-02-28', null],
    ['2027-02-28T25:00:00.000Z', null],
    ['2027-02-28T12:60:00.000Z', null],
    ['2027-02-28T12:00:60.000Z', null],
    ['2027-02-28T12:00:00.00aZ', null],
    ['2027-02-28T12:00:00Z', null],
    ['2027-02-28T12:00:00.000Zulu', null],
    ['yesterday', null],
    ['', null],
    [null, null],
  ])('%s is in day %s', async (moment, day) => {
    const rows = await database.sql(
      "select day, count::integer, cents::integer from crm.by_day(array[$1], array[5]::bigint[], $2, 'Asia/Kuala_Lumpur')",
      [moment, DAYS],
    );
    const expected = (number: number) => (number === day ? { count: 1, cents: 5 } : { count: 0, cents: 0 });
    expect(rows).toEqual([
      { day: '2027-02-28', ...expected(1) },
      { day: '2027-03-01', ...expected(2) },
    ]);
  });

  it('of any text is in the day that Postgres puts it in, and days without one count zero', async () => {
    const zone = 'America/Sao_Paulo';
    const days = await starts(90, zone);
    const counted = await database.sql<{ day: string; count: number; plain: number }>(
      `with moment as (select crm.iso(now() - i * interval '7 hours 13 minutes') as at from generate_series(0, 250) as i)
       select day, count::integer,
         (select count(*)::integer from moment where (at::timestamptz at time zone $2)::date = day::date) as plain
       from crm.by_day((select array_agg(at) from moment), null, $1, $2)`,
      [days, zone],
    );
    expect(counted).toHaveLength(90);
    for (const { day, count, plain } of counted) expect(count, day).toBe(plain);
    expect(counted.some(({ count }) => count === 0)).toBe(true);
    const none = await database.sql('select 1 from crm.by_day(null, null, $1, $2) where count = 0', [days, zone]);
    expect(none).toHaveLength(90);
  });
});
