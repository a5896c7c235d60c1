import { expect, it } from 'vitest';
import type { Finding, SyncReport } from '../contract/sync-report.ts';
import { judgeReport } from './judge-report.ts';

const finding = (fields: Partial<Finding>) => ({ severity: 'error', keys: [], count: 1, ...fields }) as Finding;
function report(leads: object = {}, findings: Finding[] = [], verdict: SyncReport['verdict'] = 'synced') {
  const same = { rows: 2, indexed: 2 };
  const counts = { leads: { ...same, ...leads }, users: same, orders: same } as SyncReport['counts'];
  return { verdict, counts, findings };
}

it('a report whose counts agree stays as it is', () => {
  expect(judgeReport(report())).toEqual(report());
});

it.each([
  [{ rows: 5 }, 'index.missing', 3],
  [{ indexed: 3 }, 'index.dangling', 1],
] as const)('a report that is silent about an index of another length is drift: %j', (leads, code, count) => {
  const judged = judgeReport(report(leads));
  expect(judged.verdict).toBe('drift');
  expect(judged.findings).toMatchObject([{ code, count, entity: 'leads', severity: 'error', repairable: false }]);
});

it('what it told of that index is not told again, and what it told of another is no excuse', () => {
  const told = [finding({ code: 'index.missing', entity: 'leads' })];
  expect(judgeReport(report({ rows: 3 }, told)).findings).toEqual(told);
  for (const other of [
    finding({ code: 'index.missing', entity: 'users' }),
    finding({ code: 'row.malformed', entity: 'leads' }),
  ]) {
    expect(judgeReport(report({ rows: 3 }, [other])).findings).toHaveLength(2);
  }
});

it.each([
  ['info', 'synced'],
  ['warning', 'drift'],
  ['error', 'drift'],
] as const)('a finding that is %s leaves the verdict %s', (severity, verdict) => {
  expect(judgeReport(report({}, [finding({ code: 'replica', entity: 'database', severity })])).verdict).toBe(verdict);
});

it('drift stays drift, though nothing is found', () => {
  expect(judgeReport(report({}, [], 'drift')).verdict).toBe('drift');
});
