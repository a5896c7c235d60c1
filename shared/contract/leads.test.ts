import { describe, expect, it } from 'vitest';
import { changesQuery } from './changes.ts';
import { leadsQuery } from './lead.ts';

describe('the query of a list', () => {
  it('has 50 a page when it says nothing, and takes 1 to 200', () => {
    expect(leadsQuery.parse({}).limit).toBe(50);
    expect(leadsQuery.parse({ limit: '1' }).limit).toBe(1);
    expect(leadsQuery.parse({ limit: '200' }).limit).toBe(200);
  });

  it.each(['0', '201', '-1', '1.5', '1e2', 'abc', '', ' 1', '٣', '9999999999'])('refuses %j a page', (limit) => {
    expect(leadsQuery.safeParse({ limit }).success).toBe(false);
    expect(changesQuery.safeParse({ limit }).success).toBe(false);
  });

  it('takes a day as its first and its last millisecond in UTC', () => {
    expect(leadsQuery.parse({ from: '2026-11-22', to: '2026-11-22' })).toMatchObject({
      from: '2026-11-22T00:00:00.000Z',
      to: '2026-11-22T23:59:59.999Z',
    });
    expect(leadsQuery.parse({ from: '2026-11-22T08:00:00+08:00' }).from).toBe('2026-11-22T00:00:00.000Z');
  });

  it.each([
    ...['yesterday', '2026-02-30', '2026-13-01', '22.11.2026', '2026-11-22T08:00:00', '1e9', '20261122'],
    // In UTC these are beyond four digits of a year, which are compared as text.
    ...['9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00'],
  ])('refuses %s as a moment', (moment) => {
    expect(leadsQuery.safeParse({ from: moment }).success).toBe(false);
    expect(leadsQuery.safeParse({ to: moment }).success).toBe(false);
  });

  it.each([
    { cursor: '%' },
    { status: 'won' },
    { source: 'x' },
    { total: 'yes' },
    { q: 'x'.repeat(201) },
    { q: '\0' },
    { unknown: '1' },
  ])('refuses %j', (query) => {
    expect(leadsQuery.safeParse(query).success).toBe(false);
  });
});

describe('the cursor of changes', () => {
  it.each(['0.0', '123.456', '9223372036854775807.999999999999999999'])('may be %s', (after) => {
    expect(changesQuery.parse({ after }).after).toBe(after);
  });

  it.each(['', '1', '1.', '.1', '-1.1', '1.1.1', '1.1e5', '99999999999999999999.1', '0x1.1'])(
    'is never %j',
    (after) => {
      expect(changesQuery.safeParse({ after }).success).toBe(false);
    },
  );
});
