import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadsQuery } from '../../shared/contract/lead.ts';
import {
  isFiltered,
  keptFilter,
  type LeadFilter,
  leftFilter,
  NO_FILTER,
  stillMatches,
  toQuery,
} from './lead-filter.ts';

const NOW = new Date(2026, 10, 24, 15, 30);
const local = (...parts: [number, number, number, number?, number?, number?, number?]) =>
  new Date(...parts).toISOString();
const filter = (change: Partial<LeadFilter>): LeadFilter => ({ ...NO_FILTER, ...change });

describe('the query of a filter', () => {
  it('is empty when nothing is chosen', () => {
    expect(toQuery(NO_FILTER, NOW)).toEqual({});
    expect(toQuery(filter({ q: '  ' }), NOW)).toEqual({});
  });

  it('has what was typed, without the space around it, and what was chosen', () => {
    expect(toQuery(filter({ q: ' ann lee ', status: 'new', source: 'chatbot' }), NOW)).toEqual({
      q: 'ann lee',
      status: 'new',
      source: 'chatbot',
    });
  });

  it.each([
    ['today', local(2026, 10, 24)],
    ['7', local(2026, 10, 18)],
    ['30', local(2026, 9, 26)],
  ] as const)('counts the days of %s from the reader’s own midnight, today among them', (period, from) => {
    expect(toQuery(filter({ period }), NOW)).toEqual({ from });
  });

  it('takes days of one’s own from the first to the last millisecond', () => {
    expect(toQuery(filter({ period: 'custom', from: '2026-11-01', to: '2026-11-02' }), NOW)).toEqual({
      from: local(2026, 10, 1),
      to: local(2026, 10, 2, 23, 59, 59, 999),
    });
  });

  it('leaves out a day that is not typed to its end, and days that belong to another choice', () => {
    expect(toQuery(filter({ period: 'custom', from: '2026-1', to: '' }), NOW)).toEqual({});
    expect(toQuery(filter({ period: 'any', from: '2026-11-01', to: '2026-11-02' }), NOW)).toEqual({});
  });

  it('is one that the API takes, whatever was typed', () => {
    const anything = fc.record<LeadFilter>({
      q: fc.string({ maxLength: 200 }).filter((q) => !q.includes('\0')),
      status: fc.constantFrom('', 'new', 'lost'),
      source: fc.constantFrom('', 'chatbot'),
      period: fc.constantFrom('any', 'today', '7', '30', 'custom'),
      from: fc.oneof(fc.string(), fc.constantFrom('2026-11-01', '2024-02-29')),
      to: fc.oneof(fc.string(), fc.constantFrom('2026-11-02', '0000-00-00')),
    });
    fc.assert(
      fc.property(anything, (one) => {
        const query = Object.fromEntries(
          Object.entries(toQuery(one, NOW)).map(([name, value]) => [name, String(value)]),
        );
        expect(leadsQuery.safeParse(query).error).toBeUndefined();
      }),
    );
  });
});

it.each([
  [{}, false],
  [{ q: ' ' }, false],
  [{ q: 'ann' }, true],
  [{ status: 'new' }, true],
  [{ source: 'chatbot' }, true],
  [{ period: 'today' as const }, true],
  [{ from: '2026-11-01' }, false],
])('whether %j narrows the list is told as %s', (change, expected) => {
  expect(isFiltered(filter(change))).toBe(expected);
});

it.each([
  [{}, true],
  [{ status: 'new' }, true],
  [{ status: 'lost' }, false],
  [{ source: 'chatbot' }, true],
  [{ source: 'newsletter' }, false],
  [{ status: 'new', source: 'newsletter' }, false],
])('a new lead from the chatbot stays in a list of %j: %s', (change, expected) => {
  const lead = { id: 'lead_1_a', email: 'a@b.co', status: 'new', source: 'chatbot' };
  expect(stillMatches(filter(change), lead)).toBe(expected);
});

describe('what is left of a filter for the next view', () => {
  it('is all but the search text, which is often somebody’s name', () => {
    const chosen = filter({
      status: 'lost',
      source: 'chatbot',
      period: 'custom',
      from: '2026-11-01',
      to: '2026-11-02',
    });
    const kept = keptFilter({ ...chosen, q: 'Siti Rahman' });
    expect(JSON.stringify(kept)).not.toContain('Siti');
    expect(leftFilter(kept)).toEqual(chosen);
  });

  it('is no filter where nothing, or nothing that this version knows, was kept', () => {
    expect(leftFilter({})).toEqual(NO_FILTER);
    expect(leftFilter({ ...NO_FILTER, period: 'century' })).toEqual(NO_FILTER);
  });
});
