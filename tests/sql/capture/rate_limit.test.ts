import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const take = async (perMinute: number) => {
  const [row] = await database.sql<{ wait: number }>("select crm.take_token('b', $1) as wait", [perMinute]);
  return row?.wait;
};
const limit = (address: string | null, perAddress: number, perService: number) =>
  database.sql('select crm.limit_rate($1, $2, $3)', [address, perAddress, perService]);
/** Lets a bucket fill for so many seconds, however long the test itself takes. */
const setBack = (seconds: number) =>
  database.sql('update crm.rate_buckets set at = clock_timestamp() - make_interval(secs => $1)', [seconds]);
/** From here on nothing fills: the clock has not come to where the bucket is. */
const stopClock = () => setBack(-3_600);

it('a bucket holds a minute of tokens and says how long to wait for the next', async () => {
  expect(await take(6)).toBe(0);
  await stopClock();
  for (let i = 0; i < 5; i++) expect(await take(6)).toBe(0);
  expect(await take(6)).toBe(10);
  expect(await take(6)).toBe(20);
});

it('it fills evenly, never beyond full', async () => {
  await take(6);
  await stopClock();
  for (let i = 0; i < 5; i++) await take(6);
  await setBack(10);
  expect(await take(6)).toBe(0);
  await setBack(100_000);
  expect(await take(6)).toBe(0);
  await stopClock();
  for (let i = 0; i < 5; i++) expect(await take(6)).toBe(0);
  expect(await take(6)).toBe(10);
});

it('a clock that was set back takes nothing away', async () => {
  await take(60);
  await stopClock();
  expect(await take(60)).toBe(0);
});

it('a limit of 0 lets everything pass and stores nothing', async () => {
  for (let i = 0; i < 5; i++) expect(await take(0)).toBe(0);
  expect(await database.sql('select 1 from crm.rate_buckets')).toEqual([]);
});

it('a caller over a limit is refused with CRM29 and the seconds to wait', async () => {
  await limit('10.0.0.1', 1, 100);
  await stopClock();
  const error = await expectSqlState(limit('10.0.0.1', 1, 100), 'CRM29');
  const { retryAfter } = JSON.parse(error.detail ?? '{}');
  expect(retryAfter).toBe(60);
  await limit('10.0.0.2', 1, 100);
  await limit(null, 1, 100);
  await expectSqlState(limit(null, 1, 100), 'CRM29');
});

it('twenty at once get exactly as many tokens as there are', async () => {
  await limit('10.0.0.1', 5, 100);
  await stopClock();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => limit('10.0.0.1', 5, 100)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
});

it('an address is kept as a hash with the key of this database alone', async () => {
  await limit('10.0.0.1', 5, 5);
  const [row] = await database.sql<{ salt: string }>(
    "select value #>> '{}' as salt from crm.settings where name = 'hash_key'",
  );
  expect(row?.salt).toMatch(/^[0-9a-f-]{72}$/);
  const hash = createHash('sha256').update(`${row?.salt}10.0.0.1`).digest('hex');
  const buckets = await database.sql<{ bucket: string }>('select bucket from crm.rate_buckets order by bucket');
  expect(buckets.map(({ bucket }) => bucket)).toEqual([`address:${hash}`, 'service']);
});
