import { describe, expect, it } from 'vitest';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { type FlowFacts, flowOf } from './flow.ts';

const sum = { count: 2, digest: 'ab'.repeat(32), withheld: 0 };
const report: SyncReport = {
  verdict: 'synced',
  checkedAt: '2026-11-26T10:00:00.000Z',
  durationMs: 3.2,
  database: {
    engine: 'PostgreSQL',
    version: '18.4',
    table: 'kv_store_3cbf86a5',
    projectRef: null,
    primary: true,
    durability: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
  },
  counts: {
    leads: { rows: 2, indexed: 2 },
    users: { rows: 1, indexed: 1 },
    orders: { rows: 0, indexed: 0 },
  },
  digests: { leads: sum, users: sum, orders: sum },
  findings: [],
  changesCursor: '1.1',
};
const nothing: FlowFacts = {
  ...{ isFresh: true, report: null, screen: null, findings: [], latencyMs: null, host: 'api.example.com' },
};
const tones = (facts: Partial<FlowFacts>) => flowOf({ ...nothing, ...facts }).arrows.map(({ tone }) => tone);
const figures = (facts: Partial<FlowFacts>) => flowOf({ ...nothing, ...facts }).arrows.map(({ figure }) => figure);

describe('the figures of the drawing', () => {
  it('are none where nothing was checked', () => {
    expect(figures({})).toEqual([null, null, null, null]);
    expect(flowOf(nothing).stages[3]).toEqual({ name: 'Table', detail: 'not checked' });
    expect(flowOf(nothing).arrows.map(({ tone }) => tone)).toEqual(Array(4).fill('neutral'));
  });

  it('are those of the last check', () => {
    expect(figures({ report, screen: { equal: 1, differing: 0, pending: 0 }, latencyMs: 12 })).toEqual([
      null,
      'PostgreSQL 18.4',
      'fsync on, primary',
      '1 row equal',
    ]);
    expect(flowOf({ ...nothing, report }).stages[3]).toEqual({
      name: 'kv_store_3cbf86a5',
      detail: '2 leads, 1 user, 0 orders',
      note: 'leads add up to abababab…',
    });
  });

  it('tells of the way to the API as its own, not as that of a lead', () => {
    const { stages, arrows } = flowOf({ ...nothing, latencyMs: 9 });
    expect(stages[4]?.note).toBe('reaches API in 9 ms');
    expect(arrows[0]).toEqual({ action: 'POST /leads', figure: null, tone: 'neutral' });
  });

  it('are green only where they were compared, all was in order, and nothing was told of since', () => {
    const screen = { equal: 1, differing: 0, pending: 0 };
    expect(tones({ report, screen })).toEqual(['neutral', 'neutral', 'good', 'good']);
    expect(tones({ report, screen, isFresh: false })).toEqual(Array(4).fill('neutral'));
  });

  it('show on the way back what the walk or the witness found, though the screen agrees', () => {
    const finding = { severity: 'error', entity: 'leads', count: 1, message: '', remedy: null } as const;
    const findings = [
      { ...finding, keys: [], code: 'page.differs' as const, by: 'full' as const, statements: [], repairable: false },
    ];
    const { arrows } = flowOf({ ...nothing, report, screen: { equal: 1, differing: 0, pending: 0 }, findings });
    expect(arrows[3]).toEqual({ action: 'read, no cache', figure: '1 finding', tone: 'danger' });
    const ofTable = [
      { ...finding, keys: [], code: 'index.missing' as const, by: 'report' as const, statements: [], repairable: true },
    ];
    expect(tones({ report, screen: { equal: 1, differing: 0, pending: 0 }, findings: ofTable })[3]).toBe('good');
  });

  it.each([
    ['fsync off', { durability: { ...report.database.durability, fsync: 'off' } }],
    ['a replica answered', { primary: false }],
  ])('warn: %s', (figure, database) => {
    const flow = flowOf({ ...nothing, report: { ...report, database: { ...report.database, ...database } } });
    expect(flow.arrows[2]).toEqual({ action: 'COMMIT', figure, tone: 'warning' });
  });

  it.each([
    [{ equal: 2, differing: 1, pending: 4 }, '1 of 3 rows differ', 'danger'],
    [{ equal: 2, differing: 0, pending: 1 }, '2 equal, 1 pending', 'neutral'],
    [{ equal: 0, differing: 0, pending: 0 }, 'no row on the screen', 'neutral'],
  ])('of the screen: %o', (screen, figure, tone) => {
    expect(flowOf({ ...nothing, screen }).arrows[3]).toEqual({ action: 'read, no cache', figure, tone });
  });
});
