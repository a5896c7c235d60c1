import { describe, expect, it } from 'vitest';
import type { SyncReport } from '../../shared/contract/sync-report.ts';
import { MemoryTable } from '../../tests/rig/memory-table.ts';
import { check } from './prove-check.ts';
import type { ProveClient } from './prove-client.ts';

const KEY = 'lead:lead_1_a';

function tableOfOne(): MemoryTable {
  const table = new MemoryTable();
  table.put(KEY, '{}');
  return table;
}

/** An API over a table in memory, whose report is right unless `changes` says otherwise. */
function apiOn(table: MemoryTable, before?: () => void, changes: Partial<SyncReport> = {}): ProveClient {
  const sums = (rows: number) => ({ rows, indexed: rows });
  return {
    ...table.reader(before && { before }),
    schema: async () => ({ success: true, nonce: null, version: 1, expectedVersion: 1, ok: true, checks: [] }),
    async report() {
      const digests = { leads: table.whole('leads'), users: table.whole('users'), orders: table.whole('orders') };
      const durability = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
      return {
        verdict: 'synced',
        checkedAt: '2026-01-01T00:00:00.000Z',
        durationMs: 1,
        database: { engine: 'memory', version: '1', table: 'kv', projectRef: null, primary: true, durability },
        counts: { leads: sums(digests.leads.count), users: sums(0), orders: sums(0) },
        digests,
        findings: [],
        changesCursor: '1.1',
        ...changes,
      };
    },
  };
}

const verdictOf = async (client: ProveClient) => (await check(client, () => undefined)).verdict;

const finding = (severity: 'info' | 'warning' | 'error') => ({
  code: 'key.unknown' as const,
  severity,
  entity: 'table' as const,
  count: 1,
  keys: ['x'],
  message: 'm',
  remedy: 'r',
  statements: [],
  repairable: false,
});

describe('the verdict', () => {
  it.each([
    ['synced', []],
    ['synced', [finding('info')]],
    ['drift', [finding('info'), finding('warning')]],
    ['drift', [finding('error')]],
  ])('is %s by what the findings say', async (verdict, findings) => {
    expect(await verdictOf(apiOn(tableOfOne(), undefined, { findings }))).toBe(verdict);
  });

  it('is drift when the report says so without a finding', async () => {
    expect(await verdictOf(apiOn(tableOfOne(), undefined, { verdict: 'drift' }))).toBe('drift');
  });

  it('is drift when the index has another number of entries than there are rows, and no finding says so', async () => {
    const one = { rows: 1, indexed: 1 };
    const client = apiOn(tableOfOne(), undefined, {
      counts: { leads: { rows: 1, indexed: 0 }, users: one, orders: one },
    });
    const { verdict, report } = await check(client, () => undefined);
    expect([verdict, report.findings]).toMatchObject(['drift', [{ code: 'index.missing', entity: 'leads' }]]);
  });

  it('is drift when the schema is not what the API needs', async () => {
    const client = apiOn(tableOfOne());
    expect(await verdictOf({ ...client, schema: async () => ({ ...(await client.schema()), ok: false }) })).toBe(
      'drift',
    );
  });

  it('is that of the walk that nothing disturbed', async () => {
    const table = tableOfOne();
    const before = () => {
      if (table.pagesRead === 1) table.put('lead:lead_2_a', '{}');
    };
    expect(await verdictOf(apiOn(table, before))).toBe('synced');
    // The kind was already walked when the row came: the report is of more rows than the first walk.
    expect(table.pagesRead).toBe(6);
  });

  it('is none when rows are written during each walk', async () => {
    const table = tableOfOne();
    const before = () => table.put(KEY, `{"page": ${table.pagesRead}}`);
    expect(await verdictOf(apiOn(table, before))).toBe('unchecked');
  });

  it('is none when the report is about other rows than were walked', async () => {
    const { leads, users } = { leads: new MemoryTable().whole('leads'), users: new MemoryTable().whole('users') };
    const client = apiOn(tableOfOne(), undefined, { digests: { leads, users, orders: users } });
    expect(await verdictOf(client)).toBe('unchecked');
  });
});
