import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { expectSqlState } from './call.ts';

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
    const [row] = await database.sql<{ counted: { count: number }[] }>(
      "select crm.count_by_day(array[$1::text], $2, 'Asia/Kuala_Lumpur') as counted",
      [moment, DAYS],
    );
    const counts = row?.counted.map(({ count }) => count);
    expect(counts).toEqual([1, 2].map((number) => (number === day ? 1 : 0)));
  });

  it('of any text is in the day that Postgres puts it in, and days without one count zero', async () => {
    const zone = 'America/Sao_Paulo';
    const days = await starts(90, zone);
    const rows = await database.sql<{ counted: { day: string; count: number }[]; plain: Record<string, number> }>(
      `with moment as (select crm.iso(now() - i * interval '7 hours 13 minutes') as at from generate_series(0, 250) as i)
       select crm.count_by_day((select array_agg(at) from moment), $1, $2) as counted,
         (select jsonb_object_agg(day, count) from (
           select (at::timestamptz at time zone $2)::date as day, count(*) from moment group by 1) as d) as plain`,
      [days, zone],
    );
    const { counted = [], plain = {} } = rows[0] ?? {};
    expect(counted).toHaveLength(90);
    for (const { day, count } of counted) expect(count, day).toBe(plain[day] ?? 0);
    expect(counted.some(({ count }) => count === 0)).toBe(true);
    const [none] = await database.sql<{ counted: { count: number }[] }>(
      'select crm.count_by_day(null, $1, $2) as counted',
      [days, zone],
    );
    expect(none?.counted.every(({ count }) => count === 0)).toBe(true);
  });
});
