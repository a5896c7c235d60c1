import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const HOUR = 3_600_000;

interface Day {
  day: string;
  count: number;
}

const byDay = (moments: string[], first: string, last: string, zone: string) =>
  database.sql<Day>('select day, count::integer from crm.by_day($1, null, $2, $3, $4)', [moments, first, last, zone]);

/** What the browser calls the day of a moment. */
function localDays(zone: string): (moment: string) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (moment) => format.format(new Date(moment));
}

/** Moments from one to the other, both in UTC. */
function moments(from: string, to: string, step: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += step) found.push(new Date(at).toISOString());
  return found;
}

function tally(days: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const day of days) counts[day] = (counts[day] ?? 0) + 1;
  return counts;
}

const filled = (days: Day[]) => Object.fromEntries(days.filter(({ count }) => count > 0).map((d) => [d.day, d.count]));

describe('the days of a year', () => {
  // Among them zones whose day touches three UTC dates, whose clock goes back over midnight, whose day has no midnight, whose
  // offset is of 45 minutes, and the first and the last zone of a day.
  it.each([
    'UTC',
    'Europe/London',
    'Atlantic/Azores',
    'Europe/Dublin',
    'America/Havana',
    'America/Nuuk',
    'America/Santiago',
    'Asia/Beirut',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'Etc/GMT+12',
  ])('in %s hold what the browser says', async (zone) => {
    const all = moments('2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', HOUR / 2);
    expect(filled(await byDay(all, '2025-12-31', '2027-01-01', zone))).toEqual(tally(all.map(localDays(zone))));
  });

  it('hold what the browser says around every change of the clock in every zone', async () => {
    const changes = await database.sql<{ zone: string; noons: Date[] }>(
      `select zone, array_agg(noon) as noons
       from (
         select zone, noon, (noon at time zone zone) - lag(noon at time zone zone) over (partition by zone order by noon) as step
         from unnest($1::text[]) as zone, generate_series('2025-12-30 12:00Z'::timestamptz, '2027-01-02 12:00Z', '24 hours') as noon
       ) as noons
       where step <> '24 hours' group by zone`,
      [Intl.supportedValuesOf('timeZone')],
    );
    expect(changes.length).toBeGreaterThan(100);
    for (const { zone, noons } of changes) {
      const around = noons.flatMap((noon) => {
        const [from, to] = [noon.getTime() - 48 * HOUR, noon.getTime() + 24 * HOUR];
        return moments(new Date(from).toISOString(), new Date(to).toISOString(), HOUR / 2);
      });
      const found = filled(await byDay(around, '2025-12-25', '2027-01-05', zone));
      const browser = tally(around.map(localDays(zone)));
      if (isDeepStrictEqual(found, browser)) continue;
      // Their rules for this zone may be of different years. Then the day is the one that Postgres has for each moment by itself.
      const plain = await database.sql<Day>(
        'select to_char(at::timestamptz at time zone $2, $3) as day, count(*)::integer from unnest($1::text[]) as at group by 1',
        [around, zone, 'YYYY-MM-DD'],
      );
      expect(found, zone).toEqual(filled(plain));
    }
  });

  it('of London have 25 leads on the day that the clock goes back', async () => {
    const hourly = moments('2026-10-24T00:00:00.000Z', '2026-10-28T00:00:00.000Z', HOUR);
    expect(await byDay(hourly, '2026-10-24', '2026-10-27', 'Europe/London')).toEqual([
      { day: '2026-10-24', count: 23 },
      { day: '2026-10-25', count: 25 },
      { day: '2026-10-26', count: 24 },
      { day: '2026-10-27', count: 24 },
    ]);
  });
});

describe('the figures of GET /stats', () => {
  it('add up to all leads of the period, in any zone', async () => {
    // Every hour of the last year, whenever this test runs.
    const now = Date.now();
    const hourly = moments(new Date(now - 360 * 24 * HOUR).toISOString(), new Date(now).toISOString(), HOUR);
    await database.sql(
      `insert into kv_store_3cbf86a5 (key, value)
       select 'lead:' || id, jsonb_build_object('id', id, 'email', 'ann@example.com', 'status', 'new', 'createdAt', at)
       from unnest($1::text[]) with ordinality as moment (at, number), format('lead_%s_abc', number) as id`,
      [hourly],
    );
    for (const zone of ['Europe/London', 'America/Havana', 'Atlantic/Azores', 'Asia/Kuala_Lumpur', 'America/Nuuk']) {
      const stats = await call<{ series: { leads: Day[] } }>(database, 'crm_get_stats', { days: 365, timeZone: zone });
      expect(stats.series.leads, zone).toHaveLength(365);
      expect(filled(stats.series.leads), zone).toEqual(tally(hourly.map(localDays(zone))));
    }
  });

  it.each(['Mars/Olympus', '', 'x', "'"])('are CRM02 in "%s"', async (zone) => {
    await expectSqlState(call(database, 'crm_get_stats', { days: 30, timeZone: zone }), 'CRM02');
  });
});

describe('the first moment of a day', () => {
  it.each([
    ['2026-06-01', 'Asia/Kuala_Lumpur', '2026-05-31T16:00:00.000Z'],
    // At 01:00 it is midnight again.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    ['2026-10-25', 'Atlantic/Azores', '2026-10-25T00:00:00.000Z'],
    // At midnight it is 23:00 again.
    ['2026-10-25', 'Asia/Beirut', '2026-10-24T22:00:00.000Z'],
    // At midnight it is 01:00.
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
  ])('%s in %s is %s', async (day, zone, start) => {
    const [row] = await database.sql<{ start: Date }>('select crm.day_start($1, $2) as start', [day, zone]);
    expect(row?.start.toISOString()).toBe(start);
  });
});

describe('a moment', () => {
  // Two days in Kuala Lumpur, eight hours ahead of UTC, around a 29 February that this year does not have.
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
      `select day, count::integer, cents::integer
       from crm.by_day(array[$1], array[5]::bigint[], '2027-02-28', '2027-03-01', 'Asia/Kuala_Lumpur')`,
      [moment],
    );
    const expected = (number: number) => (number === day ? { count: 1, cents: 5 } : { count: 0, cents: 0 });
    expect(rows).toEqual([
      { day: '2027-02-28', ...expected(1) },
      { day: '2027-03-01', ...expected(2) },
    ]);
  });

  it('is in no day where there is none, and each day counts zero', async () => {
    const none = await database.sql(
      "select 1 from crm.by_day(null, null, '2026-01-01', '2026-03-31', 'UTC') where count = 0",
    );
    expect(none).toHaveLength(90);
  });
});
